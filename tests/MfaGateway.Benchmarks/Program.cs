using MfaGateway.Benchmarks;
using MfaGateway.Benchmarks.Costs;
using MfaGateway.Benchmarks.Stores;
using MfaGateway.Benchmarks.Timing;

// Each party runs in a process of its own, so that its CPU time is its own; this program starts itself for each.
return args switch
{
    ["upstream"] => await Parties.RunUpstreamAsync(),
    ["bare", var upstream] => await Parties.RunBareAsync(upstream),
    ["gateway", var upstream] => await Parties.RunGatewayAsync(upstream, readsEveryBody: false),
    ["gateway", var upstream, "reads-every-body"] => await Parties.RunGatewayAsync(upstream, readsEveryBody: true),
    ["bodies"] or ["bodies", "--short"] => await Bodies.RunAsync(isShort: args.Length > 1),
    [] or ["--short"] => await Comparison.RunAsync(isShort: args is ["--short"]),
    ["costs"] => await StrangerCosts.RunAsync(),
    ["timing"] => await SignInTiming.RunAsync(rounds: null),
    ["timing", var rounds] => await SignInTiming.RunAsync(rounds),
    ["soak", var minutes, var perSecond] => await StoreSoak.RunAsync(minutes, perSecond),
    ["store-start"] => await StoreStart.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "Usage: dotnet run -c Release --project tests/MfaGateway.Benchmarks [-- --short | bodies [--short] | timing [ROUNDS] | costs | soak MINUTES SIGN-INS-A-SECOND | store-start]");
    return 2;
}

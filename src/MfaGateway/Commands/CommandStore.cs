using MfaGateway.Challenges;
using MfaGateway.Commands.Remote;
using MfaGateway.Configuration;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;
using MfaGateway.Mail;
using MfaGateway.Proxying;
using MfaGateway.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MfaGateway.Commands;

/// <summary>The store as a command sees it: opened beside a gateway that may be running on it.</summary>
internal sealed class CommandStore
{
    private readonly MailSignal _signal;

    private CommandStore(CommandHost host)
    {
        var (options, store) = (host.Options, host.Store);
        Options = options;
        Store = store;
        Time = host.Time;
        _signal = host.Signal;
        var contents = new MailContents(store.Secrets);
        var notices = new Notices(store.Stores.Mail, contents);
        Accounts = new AccountService(
            store.Stores.Accounts, store.Stores.Passwords, host.Hashing, notices, AccountSites.Of(options), new ClockGuard(store.Stores.Clock), Time);
        Administration = new AdministrationService(
            store.Stores.Administration, store.Stores.Accounts, store.Stores.PasswordTokens, notices, new Mails(contents), AccountSites.Of(options), options.Admin,
            Time);
        var secrets = new ApplicationSecrets(store.Stores.Applications, store.Secrets);
        var codes = new MagicCodes(store.Stores.MagicCodes, secrets, store.Stores.Applications, options.MagicCode);
        MagicCodes = new MagicCodeAdministration(
            codes, new ApplicationCodes(store.Stores.Applications, options.MagicCode), store.Stores.Applications, secrets, store.Stores.MagicCodes, notices, Time);
        var clusters = host.Configuration.GetSection("ReverseProxy:Clusters");
        Applications = new ApplicationNames(options.Clusters, () => clusters.GetChildren().Select(cluster => cluster.Key));
    }

    public GatewayOptions Options { get; }

    /// <summary>With its key ring and its directory.</summary>
    public GatewayStore Store { get; }

    public StoreServices Stores => Store.Stores;

    public AccountService Accounts { get; }

    public AdministrationService Administration { get; }

    public MagicCodeAdministration MagicCodes { get; }

    public ApplicationNames Applications { get; }

    public AccountOverviewReader Overviews => new(
        Stores.Accounts, Stores.MagicCodes, Stores.Passwords, new AccountFactorsReader(Stores.Transactions, Options.MagicCode), Stores.RecoveryCodes, Stores.Sessions, Stores.Attempts,
        Options.Session, Time);

    public MailAdministration Mail => new(
        Stores.Mail, Stores.Accounts, _signal,
        MailDelivery.LeaseOf(MailTransports.Of(Options, Store.Directory, Time, NullLogger<SteadyTransport>.Instance)), Time);

    public SessionAdministration Sessions => new(Stores.Sessions, Time);

    public TimeProvider Time { get; }

    /// <summary>In a gateway, takes its store. Else reads the configuration, opens the store, does the work, and turns every expected fault into a sentence.</summary>
    /// <param name="mayCreate">Whether the command makes sense in an empty data directory.</param>
    public static async Task<int> UseAsync(
        Launch launch, bool mayCreate, Func<CommandStore, Task<int>> work, CancellationToken cancellationToken)
    {
        try
        {
            if (CommandHost.Current is { } host)
                return await work(new CommandStore(host));

            var sources = launch.ReadSources();
            if (sources.Configuration is null)
                return await ConfigurationFaults.PrintAsync(sources.Faults);
            var reading = GatewayConfigurationReader.Read(sources.Configuration);
            if (reading.Options is not { } options)
                return await ConfigurationFaults.PrintAsync(reading.Faults);
            if (!mayCreate && IsEmpty(options))
                return await FailAsync($"There is no store in {Path.GetFullPath(options.DataDirectory)} yet. \"users add\" makes one.");

            await using var store = await GatewayStore.OpenAsync(options, serving: false, cancellationToken);
            // No delivery listens here: a gateway on the same store finds the mail.
            using var signal = new MailSignal();
            var hashing = new PasswordHashing(options.Passwords, OldPasswordHashes.None);
            return await work(new CommandStore(new(options, store, hashing, signal, sources.Configuration, TimeProvider.System)));
        }
        catch (Exception fault) when (fault is StoreRefusedException or StoreUnavailableException or PasswordHashingBusyException)
        {
            return await FailAsync(fault.Message);
        }
    }

    public static async Task<int> FailAsync(string sentence)
    {
        await CommandConsole.Current.Error.WriteLineAsync(sentence);
        return ExitCodes.Failed;
    }

    /// <summary>Does something with the account of that name, or says that there is none.</summary>
    public async Task<int> WithAccountAsync(string userName, Func<Account, Task<int>> work, CancellationToken cancellationToken) =>
        await Accounts.FindAsync(userName, cancellationToken) is { } account
            ? await work(account)
            : await FailAsync($"There is no account {userName}. \"users list\" shows those there are.");

    // Opening would make it. A PostgreSQL store may well be there without anything in this directory.
    public static bool IsEmpty(GatewayOptions options)
    {
        var directory = new DataDirectory(options.DataDirectory);
        return StoreEngine.Of(options.Store).FileIn(directory) is { } file && directory.ReadNote() is null && !File.Exists(file);
    }
}

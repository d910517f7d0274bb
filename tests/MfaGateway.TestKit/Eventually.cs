using System.Diagnostics;

namespace MfaGateway.TestKit;

/// <summary>For what is promised "within so much time" across processes, where there is no signal to await.</summary>
public static class Eventually
{
    // Another process tells of nothing, and it needs the processor that a loop without a pause would take from it.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again and again until it is so; a failure after ten seconds.</summary>
    public static async Task IsAsync(Func<Task<bool>> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > TimeSpan.FromSeconds(10))
                throw new TimeoutException("It did not come true within ten seconds.");
            await Task.Delay(LookEvery);
        }
    }
}

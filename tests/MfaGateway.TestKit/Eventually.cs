using System.Diagnostics;

namespace MfaGateway.TestKit;

/// <summary>For what is promised "within so much time" across processes, where there is no signal to await.</summary>
public static class Eventually
{
    /// <summary>Asks again and again until it is so; a failure after ten seconds.</summary>
    public static async Task IsAsync(Func<Task<bool>> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > TimeSpan.FromSeconds(10))
                throw new TimeoutException("It did not come true within ten seconds.");
            await Task.Yield();
        }
    }
}

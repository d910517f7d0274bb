namespace MfaGateway.OpenRequests;

/// <summary>What one round has come to, so that it makes one line in the log and not thousands.</summary>
internal sealed class CutTally
{
    private int _sessionOver;
    private int _accessOver;
    private int _inDoubt;
    private Exception? _firstDoubt;

    public void Doubt(Exception fault) => Interlocked.CompareExchange(ref _firstDoubt, fault, null);

    public void Count(OpenRequestVerdict verdict, bool wasCut)
    {
        if (!wasCut)
            return;

        switch (verdict)
        {
            case OpenRequestVerdict.SessionOver:
                Interlocked.Increment(ref _sessionOver);
                break;
            case OpenRequestVerdict.AccessOver:
                Interlocked.Increment(ref _accessOver);
                break;
            default:
                Interlocked.Increment(ref _inDoubt);
                break;
        }
    }

    public void LogTo(ILogger logger)
    {
        if (_firstDoubt is not null)
            Log.NotJudged(logger, _firstDoubt);
        if (_sessionOver + _accessOver > 0)
            Log.Cut(logger, _sessionOver, _accessOver);
        if (_inDoubt > 0)
            Log.CutInDoubt(logger, _inDoubt);
    }
}

using System.Globalization;

namespace MfaGateway.Commands;

/// <summary>Says on standard error how far long work has come. Short work says nothing.</summary>
/// <param name="verb">What is done with items.</param>
internal sealed class Progress(string verb)
{
    private const long Step = 10_000;

    private long _done;

    public void Count() => Set(_done + 1);

    public void Set(long done)
    {
        if (done / Step > _done / Step)
            CommandConsole.Current.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} items {verb}"));
        _done = done;
    }
}

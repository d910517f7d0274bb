using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Files;

namespace MfaGateway.Storage.LiteDb.Pages;

/// <summary>Finds, before LiteDB sees the log, how far it is good.</summary>
internal static class LogScan
{
    /// <summary>
    /// The number of frames from the start that are whole and end with a confirmed page. A torn or reordered tail is a
    /// transaction that never happened: no answer was given for it.
    /// </summary>
    /// <exception cref="StoreRefusedException">
    /// A damaged frame is followed by one that says that the damaged one was durable: acknowledged data is lost.
    /// </exception>
    public static long Run(IDurableFile file, LogHeader header)
    {
        var frame = new byte[LogFrame.Size];
        long valid = 0, confirmed = 0;
        for (; LogFrame.TryRead(file, header, valid, frame); valid++)
        {
            if (Page.IsConfirmed(LogFrame.PageOf(frame)))
                confirmed = valid + 1;
        }

        for (var index = valid + 1; LogFrame.OffsetOf(index) + LogFrame.Size <= file.Length; index++)
        {
            if (LogFrame.TryRead(file, header, index, frame) && LogFrame.DurableBefore(frame) > valid)
            {
                throw new StoreRefusedException(
                    $"Frame {valid} of the log {file.Name} (at byte {LogFrame.OffsetOf(valid)}) is damaged, although it was durable "
                    + $"when frame {index} was written: data that was acknowledged is lost. Check the disk and restore the store's "
                    + "two files from a backup.");
            }
        }

        return confirmed;
    }
}

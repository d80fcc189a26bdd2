using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>Appends to a log file, or to the non-waiting end of a pipe to a log program.</summary>
internal static unsafe class LineOutput
{
    private const int PauseMs = 10;

    /// <summary>Writes all bytes, or as many as the reader of a pipe takes while none of them keeps it waiting longer than the patience. False = not all.</summary>
    public static bool Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes, int patienceMs)
    {
        long giveUpAt = Environment.TickCount64 + patienceMs;
        bool added = false;
        handle.DangerousAddRef(ref added);
        try
        {
            while (bytes.Length > 0)
            {
                int written;
                fixed (byte* p = bytes)
                {
                    if (!Kernel.Write(handle.DangerousGetHandle(), p, bytes.Length, &written, null)) return false;
                }
                bytes = bytes[written..];
                if (written > 0) giveUpAt = Environment.TickCount64 + patienceMs;
                else if (Environment.TickCount64 >= giveUpAt) return false;
                else Thread.Sleep(PauseMs); // a pipe that does not wait cannot be waited for either
            }
            return true;
        }
        finally
        {
            if (added) handle.DangerousRelease();
        }
    }
}

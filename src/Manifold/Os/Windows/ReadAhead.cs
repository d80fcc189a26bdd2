using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// The reading end of a <see cref="PipePair"/>. From the first time that it is waited for, one overlapped read is always under way, into a
/// buffer of its own; its event is set when there are bytes, or the end. One thread at a time. Whoever only holds it, to give it to a child,
/// never reads.
/// </summary>
internal sealed unsafe partial class ReadAhead(int pipe) : FileDescriptor(pipe)
{
    private const int Size = 4096;

    private readonly EventFd _ready = new();
    private NativeOverlapped* _operation; // with the buffer behind it
    private int _from, _to;
    private int _end; // 0 = more may come; else the result of every further read: 1 = the end of the pipe, or -errno

    /// <inheritdoc/>
    public override int WaitNumber
    {
        get
        {
            if (_operation == null) Begin();
            return _ready.Number;
        }
    }

    /// <summary>Takes what is there: bytes, 0 = the end, -EAGAIN = nothing yet, or another -errno.</summary>
    public int Read(Span<byte> into)
    {
        _ = WaitNumber;
        if (_from == _to && _end == 0 && Kernel.IsSet(Kernel.Handle(_ready.Number))) Finish();
        if (_from == _to) return _end == 0 ? -Errno.EAGAIN : _end > 0 ? 0 : _end;
        int n = Math.Min(into.Length, _to - _from);
        new ReadOnlySpan<byte>(Buffer + _from, n).CopyTo(into);
        _from += n;
        if (_from == _to && _end == 0) Begin();
        return n;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_operation != null)
        {
            int none;
            // The system writes into the buffer until the operation is over.
            if (_end == 0 && (Cancel(handle, _operation) || !Kernel.IsSet(Kernel.Handle(_ready.Number)))) _ = GetResult(handle, _operation, &none, wait: true);
            NativeMemory.Free(_operation);
            _operation = null;
        }
        _ready.Dispose();
        return base.ReleaseHandle();
    }

    private byte* Buffer => (byte*)(_operation + 1);

    private void Begin()
    {
        if (_operation == null) _operation = (NativeOverlapped*)NativeMemory.Alloc((nuint)(sizeof(NativeOverlapped) + Size));
        _from = _to = 0;
        *_operation = default;
        _operation->EventHandle = Kernel.Handle(_ready.Number);
        _ready.Clear();
        if (!Kernel.Read(handle, Buffer, Size, null, _operation) && Errno.Last != Kernel.ERROR_IO_PENDING) End(Errno.Last);
    }

    private void Finish()
    {
        int n;
        if (GetResult(handle, _operation, &n, wait: false)) _to = n;
        else End(Errno.Last);
        if (_end == 0 && n == 0) Begin(); // a write of no bytes
    }

    private void End(int errno)
    {
        _end = errno is Kernel.ERROR_BROKEN_PIPE or Kernel.ERROR_NO_DATA ? 1 : -errno;
        _ready.Signal(); // and it stays so
    }

    [LibraryImport("kernel32", EntryPoint = "CancelIoEx", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Cancel(nint file, NativeOverlapped* operation);

    [LibraryImport("kernel32", EntryPoint = "GetOverlappedResult", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetResult(nint file, NativeOverlapped* operation, int* transferred, [MarshalAs(UnmanagedType.Bool)] bool wait);
}

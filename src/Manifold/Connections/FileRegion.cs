using Manifold.Os;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Connections;

/// <summary>
/// A part of a file on its way to a client. Promised first; the bytes belong to the output when the writer of the response was advanced by
/// them. Keeps the descriptor from being reused until it is released. Owner only.
/// </summary>
internal sealed class FileRegion
{
    private readonly SafeFileHandle _file;
    private readonly bool _isHeld;
    private long _offset;
    private int _promised;

    public FileRegion(SafeFileHandle file, long offset, int length)
    {
        _file = file;
        _offset = offset;
        _promised = length;
        file.DangerousAddRef(ref _isHeld);
    }

    /// <summary>True until the writer was advanced.</summary>
    public bool IsPromised => _promised > 0;

    /// <summary>Bytes of the output that are to be sent.</summary>
    public int Left { get; private set; }

    /// <summary>The writer was advanced.</summary>
    public void Advance(int bytes)
    {
        if (bytes != _promised) throw new InvalidOperationException($"A part of a file of {_promised} bytes was promised, and the response advanced by {bytes}.");
        Left = _promised;
        _promised = 0;
    }

    /// <summary>Sends as much as there is room for, on a socket that does not wait. 0 = the file has become shorter; negative = -errno.</summary>
    public int Send(int socket)
    {
        int sent = ConnectionSocket.SendFile(socket, (int)_file.DangerousGetHandle(), ref _offset, Left);
        if (sent > 0) Left -= sent;
        return sent;
    }

    /// <summary>Nothing more of it is sent.</summary>
    public void Release()
    {
        if (_isHeld) _file.DangerousRelease();
    }
}

using System.Diagnostics;
using Manifold.Os.Locks;

namespace Manifold.UnitTests.Os.Locks;

/// <summary>A second process that uses the same lock.</summary>
internal sealed class LockHolder : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;

    public LockHolder(ProcessLockSource source)
    {
        string lockName = source.Descriptor is null
            ? source.Id.ToString()
            : $"/proc/{Environment.ProcessId}/fd/{source.Descriptor.DangerousGetHandle()}";
        // the runtime that runs the tests runs the helper too: .../shared/Microsoft.NETCore.App/10.0.x/
        string dotnet = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../../dotnet"));
        var start = new ProcessStartInfo(dotnet) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Manifold.LockHolder.dll"));
        start.ArgumentList.Add(source.Mechanism.ToString());
        start.ArgumentList.Add(lockName);
        _process = Process.Start(start)!;
        if (ReadLine() != "attached") throw new InvalidOperationException("The helper could not attach.");
    }

    /// <summary>Does one thing and waits for its outcome.</summary>
    public string Ask(string command)
    {
        Tell(command);
        return ReadLine();
    }

    public void Tell(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
    }

    public string ReadLine()
    {
        var line = _process.StandardOutput.ReadLineAsync();
        if (!line.Wait(s_patience)) throw new TimeoutException("The helper does not answer.");
        return line.Result ?? throw new InvalidOperationException("The helper has ended.");
    }

    /// <summary>SIGKILL, and waits until it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        if (!_process.WaitForExit(s_patience)) throw new TimeoutException("The helper does not die.");
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }
}

using System.Globalization;
using System.Text;
using Manifold.Contracts;
using Manifold.Os;
using Manifold.Os.Locks;
using Manifold.Shared;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Master;

/// <summary>
/// The file that tells others who the master is. Replaced by rename, so nobody ever reads half a number, and claimed by it (<see cref="FileOwner"/>) for as
/// long as it is its: a number that has been left there is nobody's, whatever process has got it.
/// </summary>
internal sealed class PidFile(string path)
{
    private SafeFileHandle? _file;

    public string Path => path;

    /// <summary>The descriptor that keeps the claim; null when nothing is claimed.</summary>
    public int? Number => (int?)_file?.DangerousGetHandle();

    /// <summary>Writes this process's id; throws <see cref="RefusedException"/> when that fails.</summary>
    public void Write()
    {
        string temporary = $"{path}.{Environment.ProcessId}";
        try
        {
            _file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Write(_file, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"), 0);
            if (FileOwner.Claim(_file) is > 0 and var errno) throw new OsException("it cannot be locked", errno);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temporary, (UnixFileMode)0x1A4); // 0644
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            _file?.Dispose();
            Delete(temporary);
            throw new RefusedException($"AH00099: could not create {path}: {FailureWords.Of(e)}");
        }
    }

    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays.
        }
    }

    /// <summary>Removes the file if it is this process's; a process that has given up its rights leaves it.</summary>
    public void Remove()
    {
        _file?.Dispose();
        if (Read(path) == Environment.ProcessId) Delete(path); // when that fails the next start finds a number that belongs to nobody
    }

    /// <summary>The process id in a pid file; null when there is no file; -1 when it holds something else.</summary>
    public static int? Read(string path)
    {
        try
        {
            string text = File.ReadAllText(path).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0 ? pid : -1;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }
}

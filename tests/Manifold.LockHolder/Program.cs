using System.Globalization;
using Manifold.Os.Locks;

// Attaches to a lock of another process and does what its standard input says, one line an answer:
//   enter MILLISECONDS -> the outcome        exit -> 0 or an error number        end of input -> ends
// Arguments: mechanism, and the number of a System V semaphore or the path of a descriptor (/proc/PID/fd/N).
var mechanism = Enum.Parse<LockMechanism>(args[0]);
bool byNumber = mechanism == LockMechanism.SysVSemaphore;
using var guard = ProcessLockFactory.Attach(
    mechanism,
    byNumber ? null : LockFile.OpenExisting(args[1]),
    byNumber ? int.Parse(args[1], CultureInfo.InvariantCulture) : -1);
Console.WriteLine("attached");
while (Console.ReadLine() is string line)
{
    string[] words = line.Split(' ');
    if (words[0] == "exit") Console.WriteLine(guard.Exit());
    else Console.WriteLine(guard.Enter(int.Parse(words[1], CultureInfo.InvariantCulture)).Outcome);
}

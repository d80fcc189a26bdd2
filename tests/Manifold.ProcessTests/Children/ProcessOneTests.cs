using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>A master that is the first process of its namespace, as in a container.</summary>
public sealed class ProcessOneTests
{
    /// <summary>What a log program has left in the background becomes the master's when its parent ends; and so does its end.</summary>
    [RootFact]
    public async Task Orphans_are_cleared_away()
    {
        var place = Directory.CreateTempSubdirectory("manifold-first-");
        try
        {
            string first = place.FullName + "/first";
            await File.WriteAllTextAsync(first, $"#!/bin/sh\nexec unshare --pid --fork --mount-proc --kill-child {ServerExecutable.Path} \"$@\"\n");
            File.SetUnixFileMode(first, (UnixFileMode)0x1ED); // 0755
            await TestServer.With(new ServerSpec { Mpm = "inetd", Executable = first, AccessLog = "|$(sleep 1000 &); exec cat >/dev/null" }, async server =>
            {
                int master = Assert.Single(Proc.ChildrenOf(server.Pid));
                int orphan = 0;
                await WaitFor.Condition(() => (orphan = Proc.ChildrenOf(master).FirstOrDefault(IsSleep)) != 0, "the orphan is the master's");
                Posix.Send(orphan, Signal.Kill);
                await WaitFor.Condition(() => !Directory.Exists($"/proc/{orphan}"), "nothing is left of the orphan");
                await server.ServesThePage();
            });
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private static bool IsSleep(int pid) => Proc.ReadText($"/proc/{pid}/comm") == "sleep\n";
}

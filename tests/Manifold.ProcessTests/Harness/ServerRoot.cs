namespace Manifold.ProcessTests.Harness;

/// <summary>A server's directory with its configuration, for tests that start the server by its own commands; whatever still runs of it afterwards is killed.</summary>
internal static class ServerRoot
{
    /// <summary>Runs a test with the directory and the port that the configuration names.</summary>
    public static async Task With(ServerSpec spec, Func<string, int, Task> test)
    {
        string root = TestServer.Prepare(spec);
        int port = FreePorts.Take(1)[0];
        await File.WriteAllTextAsync(root + "/conf/httpd.conf", spec.ToConfiguration(root, [port]));
        try
        {
            await test(root, port);
        }
        catch (Exception e)
        {
            throw new Xunit.Sdk.XunitException($"{e.Message}\n==== error log\n{Proc.ReadText(root + "/logs/error.log")}\n{Proc.ReadText(root + "/logs/stdout")}", e);
        }
        finally
        {
            foreach (int pid in Proc.WithEnvironment($"{TestServer.Mark}={root}")) Posix.Send(pid, Signal.Kill);
            await WaitFor.Condition(() => Proc.WithEnvironment($"{TestServer.Mark}={root}").Count == 0, "nothing is left running");
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Runs the server's command with this directory and configuration.</summary>
    public static Task<Ran> Run(string root, params IReadOnlyList<string> arguments) =>
        Command.Run(ServerExecutable.Path, ["-d", root, "-f", "conf/httpd.conf", .. arguments], new Dictionary<string, string> { [TestServer.Mark] = root });
}

using Manifold.ProcessTests.Harness;
using Manifold.Tests;
using Xunit;

namespace Manifold.ProcessTests.Operation;

/// <summary>Children whose root is another directory (ChrootDir): nothing of the system is there any more, and nothing of it is missed.</summary>
public sealed class JailTests
{
    [RootTheory]
    [InlineData("event", false)]
    [InlineData("prefork", false)]
    [InlineData("percore", false)]
    [InlineData("inetd", false)]
    [InlineData("event", true)]
    public async Task Children_in_a_jail_serve_plain_and_encrypted_pages_and_are_replaced(string mpm, bool jit)
    {
        await using var server = await Start(mpm, jit ? ServerExecutable.Jit : ServerExecutable.Path);
        await server.Explain(async () =>
        {
            await WaitFor.Condition(() => server.Resumptions > 0, "the server serves");
            for (int round = 0; round < 2; round++)
            {
                await server.ServesThePageEncrypted();
                using (var client = await WireClient.Connect(server.Port))
                {
                    Assert.Equal(Content.Index, (await client.Ask(WireClient.Request())).Body);
                    Assert.Equal(404, (await client.Ask(WireClient.Request("/nowhere"))).Status);
                    var child = server.Children.Single(child => Proc.HoldsConnection(child.Pid, server.Port, client.LocalPort));
                    Assert.Equal(server.Root, new FileInfo($"/proc/{child.Pid}/root").LinkTarget);
                    Assert.Equal(200, (await client.Ask(WireClient.Request("/server-status"))).Status);
                }
                foreach (var child in server.Children) Posix.Send(child.Pid, Signal.Kill);
            }
            await server.ServesThePageEncrypted();
            await server.RestartGracefully();
            await server.ServesThePageEncrypted();
            Assert.Equal(server.CountInErrorLog("was ended by signal 9 (Killed) before it was ready"), server.CountInErrorLog("could not start")); // by us, while it started
        });
    }

    private static Task<TestServer> Start(string mpm, string executable)
    {
        var ports = FreePorts.Take(2);
        var spec = new ServerSpec
        {
            Mpm = mpm, Executable = executable, Ports = 2, Population = Population.For(mpm, 8),
            Extra = ["LoadModule ssl_module modules/mod_ssl.so", "ChrootDir .", TlsServer.Host(ports[1], "localhost", "htdocs")],
        };
        string root = TestServer.Prepare(spec);
        Directory.CreateDirectory(root + "/tls");
        TlsServer.Write(root, "localhost", TestCertificate.For("localhost"));
        // The names of the configuration mean the same files inside: the path of the jail leads to its root there.
        Directory.CreateDirectory(root + Path.GetDirectoryName(root));
        File.CreateSymbolicLink(root + root, "/");
        return TestServer.Start(root, spec, ports);
    }
}

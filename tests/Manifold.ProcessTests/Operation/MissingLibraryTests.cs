using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Operation;

/// <summary>A system without libpcre2-8, which only a build that has it not linked in needs.</summary>
public sealed class MissingLibraryTests
{
    [RootFact]
    public async Task The_start_says_which_package_is_missing()
    {
        // Its file is hidden from the server alone, in a mount namespace of its own.
        const string hidden = """
            library=$(readlink -f "$(PATH=$PATH:/usr/sbin ldconfig -p | sed -n 's/.*libpcre2-8\.so\.0 .*=> //p' | head -1)") && mount --bind /dev/null "$library" && exec "$0" -t -f /nowhere/httpd.conf
            """;
        var ran = await Command.Run("unshare", "-m", "/bin/sh", "-c", hidden.Trim(), ServerExecutable.Jit);
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("libpcre2-8.so.0 is missing (Debian package libpcre2-8-0)", ran.Error, StringComparison.Ordinal);
    }
}

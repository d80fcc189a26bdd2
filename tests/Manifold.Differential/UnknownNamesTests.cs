using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.Differential;

/// <summary>Every directive and module that apache2 has is known: had, or told to be no part of this server; never called misspelled.</summary>
public sealed partial class UnknownNamesTests
{
    /// <summary>What others need before them.</summary>
    private static readonly string[] s_first = ["mpm_event", "authn_core", "dbd", "ldap", "session", "cache", "dav", "proxy", "slotmem_shm", "socache_shmcb"];

    /// <summary>Only one MPM at a time, and cgid in the place of cgi.</summary>
    private static readonly string[] s_left = ["mpm_prefork", "mpm_worker", "cgi"];

    [ApacheFact]
    public Task No_directive_of_httpd_is_called_misspelled() => InPlace(async place =>
    {
        var modules = Modules();
        Directory.CreateDirectory(place + "/logs");
        await File.WriteAllTextAsync(place + "/all.conf", "ServerName x\nListen 127.0.0.1:1\n" + string.Concat(modules.Select(name => $"LoadModule {name}_module {Apache.Modules}/mod_{name}.so\n")));
        var listed = await Command.Run(Apache.Path, ["-d", place, "-f", place + "/all.conf", "-L"], new Dictionary<string, string>());
        Assert.True(listed.ExitCode == 0, listed.Error);
        var names = Name().Matches(listed.Output).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(names.Count > 500, $"apache2 -L lists {names.Count} names");
        var wrong = new List<string>();
        foreach (string[] some in names.Chunk(150))
        {
            string text = string.Concat(some.Select(name => name.StartsWith('<') ? $"{name} x>\n</{name[1..]}>\n" : $"{name} x\n"));
            // What acts while the file is read would end the reading, and is known for sure.
            text = ReadTime().Replace(text, "");
            wrong.AddRange((await Tested(place, text)).Split('\n').Where(line => line.Contains("misspelled", StringComparison.Ordinal)));
        }
        Assert.Empty(wrong);
    });

    [ApacheFact]
    public Task No_module_of_httpd_is_called_misspelled() => InPlace(async place =>
    {
        string said = await Tested(place, string.Concat(Modules().Where(name => !name.StartsWith("mpm_", StringComparison.Ordinal)).Select(name => $"LoadModule {name}_module x\n")));
        Assert.DoesNotContain("no such module", said, StringComparison.Ordinal);
        Assert.DoesNotContain("nor has httpd", said, StringComparison.Ordinal);
    });

    /// <summary>A file with errors does not start, and says them all, as -t does.</summary>
    [ApacheFact]
    public Task A_start_says_all_errors() => InPlace(async place =>
    {
        await File.WriteAllTextAsync(place + "/our.conf", "ServerName x\nListen 127.0.0.1:1\nMetaFiles on\nLsiten 80\n<IfModule mod_nope.c>\nDeny from all\n</IfModule>\n");
        foreach (string[] how in (string[][])[["-t"], ["-k", "start"], ["-DFOREGROUND"], ["-k", "stop"]])
        {
            var ran = await Command.Run(ServerExecutable.Path, ["-d", place, "-f", place + "/our.conf", .. how], new Dictionary<string, string>());
            Assert.Equal(1, ran.ExitCode);
            Assert.Contains("line 3 of", ran.Error, StringComparison.Ordinal);
            Assert.Contains("line 4 of", ran.Error, StringComparison.Ordinal);
            Assert.Contains("no effect have Deny on line 6", ran.Error, StringComparison.Ordinal);
        }
    });

    private static List<string> Modules() => [.. s_first, .. Directory.EnumerateFiles(Apache.Modules, "mod_*.so").Select(path => Path.GetFileNameWithoutExtension(path)[4..])
        .Where(name => !s_first.Contains(name) && !s_left.Contains(name) && !Examples().IsMatch(name)).Order(StringComparer.Ordinal)];

    private static async Task<string> Tested(string place, string text)
    {
        await File.WriteAllTextAsync(place + "/our.conf", "ServerName x\n" + text);
        var ran = await Command.Run(ServerExecutable.Path, ["-d", place, "-f", place + "/our.conf", "-t"], new Dictionary<string, string>());
        Assert.DoesNotContain("what follows is not read", ran.Error, StringComparison.Ordinal);
        return ran.Error;
    }

    private static async Task InPlace(Func<string, Task> test)
    {
        var place = Directory.CreateTempSubdirectory("manifold-names-");
        try
        {
            await test(place.FullName);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"^(<?[A-Za-z]\S*) \(\S+\.c\)$", RegexOptions.Multiline)]
    private static partial Regex Name();

    [GeneratedRegex(@"^(<If(Define|Module|File|Directive|Section|Version) x>\n</If\w+>|<Macro x>\n</Macro>|(Include|IncludeOptional|Use|Define|UnDefine|ServerRoot|DefaultRuntimeDir|LoadFile|LoadModule|UndefMacro|Error) x)\n", RegexOptions.Multiline)]
    private static partial Regex ReadTime();

    /// <summary>Examples that Debian builds and never loads.</summary>
    [GeneratedRegex("^(bucketeer|case_filter|case_filter_in)$")]
    private static partial Regex Examples();
}

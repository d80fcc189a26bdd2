using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules.Core;

namespace Manifold.Httpd.Control;

/// <summary>What -k asks for.</summary>
public enum ControlVerb
{
    /// <summary>Start; also without -k.</summary>
    Start,
    /// <summary>Stop now.</summary>
    Stop,
    /// <summary>Replace all children now.</summary>
    Restart,
    /// <summary>Replace all children as they finish.</summary>
    Graceful,
    /// <summary>Stop when all requests are answered.</summary>
    GracefulStop,
    /// <summary>Windows: stop; the older word for a server that is no service.</summary>
    Shutdown,
    /// <summary>Windows: make a service of this command line.</summary>
    Install,
    /// <summary>Windows: remove a service.</summary>
    Uninstall,
    /// <summary>Windows: give a service another command line.</summary>
    Config,
    /// <summary>Windows: what the service control manager says when it starts a service.</summary>
    RunService,
}

/// <summary>
/// The command line, taken apart by the rules of getopt as httpd's users and scripts know them: letters may be glued to each other and to
/// their argument (-DFOREGROUND, -tD x), repeat, and end at "--". No library for commands with sub-commands has these rules.
/// </summary>
public sealed record CommandLine
{
    internal const string WithArgument = "CcDdEefkn";
    internal const string Alone = "vVlLtTSMhXi?";

    /// <summary>The part that reading the configuration needs; DUMP_ names that -S and -M stand for are among its defines.</summary>
    public ConfigurationInputs Inputs { get; init; } = new();

    /// <summary>-k; null when absent.</summary>
    public ControlVerb? Verb { get; init; }

    /// <summary>-n, Windows: the service that -k is about; null when absent.</summary>
    public string? Service { get; init; }

    /// <summary>-v.</summary>
    public bool Version { get; init; }
    /// <summary>-V.</summary>
    public bool Settings { get; init; }
    /// <summary>-l.</summary>
    public bool BuiltInModules { get; init; }
    /// <summary>-L.</summary>
    public bool DirectiveList { get; init; }
    /// <summary>-t, or what stands for it.</summary>
    public bool Test { get; init; }
    /// <summary>-T: paths are not checked.</summary>
    public bool SkipPathChecks => Inputs.SkipPathChecks;
    /// <summary>-i: serve the connection on descriptor 0.</summary>
    public bool Inetd { get; init; }
    /// <summary>-h or -?, or a command line that cannot be understood.</summary>
    public bool Usage { get; init; }
    /// <summary>--help: as -h, for whoever wants it on standard output and no complaint.</summary>
    public bool Help { get; init; }
    /// <summary>What could not be understood, without program name; null when nothing or when usage says enough.</summary>
    public string? Complaint { get; init; }
    /// <summary>-E: file for messages of the start.</summary>
    public string? StartupLog { get; init; }
    /// <summary>-e: threshold of messages of the start.</summary>
    public LogLevel StartupLevel { get; init; } = LogLevel.Warn;
    /// <summary>The words as given, for the log.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>-X, or its name: one process, no detaching.</summary>
    public bool OneProcess => Defined("DEBUG") || Defined("ONE_PROCESS");
    /// <summary>No detaching.</summary>
    public bool Foreground => OneProcess || Defined("FOREGROUND") || Defined("NO_DETACH");
    /// <summary>True when a dump was asked for: DUMP_VHOSTS, DUMP_RUN_CFG, DUMP_MODULES, DUMP_INCLUDES, DUMP_CONFIG.</summary>
    public bool Dumps => Inputs.Defines.Any(name => name.StartsWith("DUMP_", StringComparison.Ordinal));
    /// <summary>True when this very process is going to be a master, unless something prevents it.</summary>
    public bool IsForMaster => Foreground && !OneProcess && !PrintsOnly && !Inetd
        && Verb is not (ControlVerb.Stop or ControlVerb.GracefulStop or ControlVerb.Shutdown);

    /// <summary>True when the program prints something and ends, without touching a server.</summary>
    public bool PrintsOnly => Usage || Help || Version || Settings || BuiltInModules || DirectiveList || Test || Dumps;

    /// <summary>True when -D defined the name.</summary>
    public bool Defined(string name) => Inputs.Defines.Contains(name);

    /// <summary>Takes <paramref name="args"/> apart; what cannot be understood gives <see cref="Usage"/>.</summary>
    public static CommandLine Parse(IReadOnlyList<string> args, string program = "manifold")
    {
        var result = new CommandLine { Words = [.. args], Inputs = new ConfigurationInputs { Program = program } };
        for (int i = 0; i < args.Count; i++)
        {
            string word = args[i];
            if (word == "--help") return result with { Help = true };
            if (word == "--version") return result with { Version = true };
            if (word == "--") return i + 1 < args.Count ? result with { Usage = true } : result;
            if (word.Length < 2 || word[0] != '-') return result with { Usage = true };
            for (int at = 1; at < word.Length; at++)
            {
                char letter = word[at];
                if (Alone.Contains(letter, StringComparison.Ordinal))
                {
                    result = result.With(letter);
                }
                else if (!WithArgument.Contains(letter, StringComparison.Ordinal))
                {
                    return result.Illegal(letter);
                }
                else
                {
                    string? argument = at + 1 < word.Length ? word[(at + 1)..] : i + 1 < args.Count ? args[++i] : null;
                    if (argument is null) return result with { Usage = true, Complaint = $"option requires an argument -- {letter}" };
                    result = result.With(letter, argument);
                    break;
                }
            }
            if (result.Usage) return result;
        }
        return result;
    }

    private CommandLine Illegal(char letter) => this with { Usage = true, Complaint = $"illegal option -- {letter}" };

    private CommandLine Define(params string[] names) => this with { Inputs = Inputs with { Defines = [.. Inputs.Defines, .. names] } };

    private CommandLine With(char letter) => letter switch
    {
        'v' => this with { Version = true },
        'V' => this with { Settings = true },
        'l' => this with { BuiltInModules = true },
        'L' => this with { DirectiveList = true },
        't' => this with { Test = true },
        'T' => this with { Inputs = Inputs with { SkipPathChecks = true } },
        'S' => (this with { Test = true }).Define("DUMP_VHOSTS", "DUMP_RUN_CFG"),
        'M' => (this with { Test = true }).Define("DUMP_MODULES"),
        'X' => Define("DEBUG"),
        'i' => this with { Inetd = true },
        _ => this with { Usage = true },
    };

    private CommandLine With(char letter, string argument) => letter switch
    {
        'D' => Define(argument),
        'C' => this with { Inputs = Inputs with { Before = [.. Inputs.Before, argument] } },
        'c' => this with { Inputs = Inputs with { After = [.. Inputs.After, argument] } },
        'd' => this with { Inputs = Inputs with { ServerRoot = ByteText.FromText(Path.TrimEndingDirectorySeparator(Path.GetFullPath(ByteText.ToText(argument)))).Replace(Path.DirectorySeparatorChar, '/') } },
        'f' => this with { Inputs = Inputs with { File = argument } },
        'E' => this with { StartupLog = argument },
        'n' => argument.Length > 0 ? this with { Service = argument } : this with { Usage = true, Complaint = "-n needs the name of a service" },
        'e' => LogLevelNames.TryParse(argument, out var level) ? this with { StartupLevel = level } : this with { Usage = true },
        _ => Verb is null && ParseVerb(argument) is { } verb ? this with { Verb = verb } : Illegal('k'),
    };

    private static ControlVerb? ParseVerb(string word) => word switch
    {
        "start" => ControlVerb.Start,
        "stop" => ControlVerb.Stop,
        "restart" => ControlVerb.Restart,
        "graceful" => ControlVerb.Graceful,
        "graceful-stop" => ControlVerb.GracefulStop,
        "shutdown" => ControlVerb.Shutdown,
        "install" => ControlVerb.Install,
        "uninstall" => ControlVerb.Uninstall,
        "config" => ControlVerb.Config,
        "runservice" => ControlVerb.RunService,
        _ => null,
    };
}

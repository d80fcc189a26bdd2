using Manifold.Httpd.Language;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core directives that act while files are being read, in text order.</summary>
internal static class ReadTimeDirectives
{
    public static readonly Directive[] Table =
    [
        new("Include", Arguments.One, Contexts.SVD, "file-path|directory-path|wildcard", "files to read in place; they must exist",
            call => Includes.Read(call.Reading!, call.Args[0], optional: false, call.Line)) { AtReadTime = true },
        new("IncludeOptional", Arguments.One, Contexts.SVD, "file-path|directory-path|wildcard", "files to read in place if they exist",
            call => Includes.Read(call.Reading!, call.Args[0], optional: true, call.Line)) { AtReadTime = true },
        new("ServerRoot", Arguments.One, Contexts.SVD, "directory-path", "directory at which relative paths begin",
            SetServerRoot) { AtReadTime = true, Default = "the directory of the program" },
        new("DefaultRuntimeDir", Arguments.One, Contexts.SVD, "directory-path", "directory of pid file, lock files and sockets",
            call => call.Site!.RuntimeDirectory = call.Args[0]) { AtReadTime = true, Default = BuiltIn.RuntimeDirectory },
        new("Define", Arguments.OneOrTwo, Contexts.SVD, "parameter-name [parameter-value]", "a name, with a value for ${name}",
            Define) { AtReadTime = true },
        new("UnDefine", Arguments.One, Contexts.SVD, "parameter-name", "a name to forget", UnDefine) { AtReadTime = true },
        new("Error", Arguments.Raw, Contexts.SVDH, "message", "ends the reading with a message",
            call => throw call.Fail(call.Raw.Trim('"'))),
    ];

    private static void SetServerRoot(DirectiveCall call)
    {
        var reading = call.Reading!;
        string root = Paths.Resolve(reading.Inputs.ServerRoot, call.Args[0]);
        if (root.Length > 1) root = root.TrimEnd('/');
        if (reading.Surroundings.Kind(root) != PathKind.Directory) throw call.Fail($"ServerRoot must be a valid directory, {root} is not");
        reading.ServerRoot = root;
    }

    private static void Define(DirectiveCall call)
    {
        if (call.Args[0].Contains(':', StringComparison.Ordinal)) throw call.Fail("Define: a name must not contain ':'");
        call.Reading!.Defines.Set(call.Args[0], call.Args.Count > 1 ? call.Args[1] : null);
    }

    private static void UnDefine(DirectiveCall call)
    {
        if (call.Args[0].Contains(':', StringComparison.Ordinal)) throw call.Fail("UnDefine: a name must not contain ':'");
        call.Reading!.Defines.Remove(call.Args[0]);
    }
}

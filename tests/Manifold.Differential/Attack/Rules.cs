namespace Manifold.Differential.Attack;

/// <summary>Every way to deny a file, one for each host, in groups. {n} is the number of the host, {no} denies. Pure.</summary>
internal static class Rules
{
    /// <summary>Rules by the name of their group.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Groups = new Dictionary<string, string[]>
    {
        ["Directory"] =
        [
            "", // nothing is denied: all that is there is seen
            In("Directory {D}/t/secret"),
            In("Directory {D}/t/secret/"),
            In("Directory \"{D}//t/./open/../secret//\""),
            In("Directory {D}/t/secret/sub"),
            In("Directory {D}/t/secret/f.txt"),
            In("Directory \"{D}/t/secret/*\""),
            In("Directory \"{D}/t/*/*.txt\""),
            In("Directory \"{D}/t/s[a-e]cret\""),
            In("Directory \"{D}/t/????et\""),
            In("Directory \"{D}/*/secret\""),
            In("Directory {D}/t/link"),
            In("Directory {D}") + In("Directory {D}/t/open", "Require all granted"),
            In("Directory /") + In("Directory {D}", "Require all denied") + In("Directory \"{D}/t/o*\"", "Require all granted"),
            In("Directory {D}/t/secret", "Require all denied") + In("Directory {D}/t/secret/sub", "Require all granted"),
            In("Directory {D}/t/secret", "Require all denied") + In("Directory {D}/t/secret/sub", "AuthMerging And\nRequire all granted"),
            In("Directory {D}/t/secret", "Require method GET POST"),
            In("Directory {D}/t/secret", "<RequireAll>\nRequire all granted\nRequire not method GET\n</RequireAll>"),
        ],
        ["DirectoryMatch"] =
        [
            In("DirectoryMatch secret"),
            In("DirectoryMatch \"^{D}/t/secret/\""),
            In("DirectoryMatch \"/secret$\""),
            In("DirectoryMatch \"/secret/$\""),
            In("DirectoryMatch \"/t/[^/]+/f\\.txt$\""),
            In("DirectoryMatch \"f\\.txt$\""),
            In("DirectoryMatch \"^.*/(?:secret|hidden)(?:/|$)\""),
            In("Directory ~ \"/secret\""),
            In("Directory {D}/t", "Options None"),
            In("Directory {D}/t", "Options SymLinksIfOwnerMatch"),
            In("Directory {D}/t/secret", "Options -FollowSymLinks"),
            In("DirectoryMatch \"/open\"", "Options None"),
        ],
        ["Files"] =
        [
            In("Files f.txt"),
            In("Files \"f.*\""),
            In("Files \"*.txt\""),
            In("Files \"?.txt\""),
            In("Files \"[fg].txt\""),
            In("Files \"*\""),
            In("Files secret"),
            In("Files .hidden"),
            In("Files ~ \"^f\""),
            In("FilesMatch \"^f\\.txt$\""),
            In("FilesMatch \"\\.txt$\""),
            In("FilesMatch \"^\\.\""),
            In("FilesMatch \"(?i)F\\.TXT\""),
            In("FilesMatch f"),
            In("Files index.html"),
            In("Files info"),
            In("Directory {D}/t/secret", In("Files f.txt")),
            In("Directory {D}/t/secret", In("FilesMatch \"^f\"")),
            In("Directory \"{D}/t/s*\"", In("Files \"*.txt\"")),
            In("DirectoryMatch secret", In("Files f.txt")),
        ],
        ["Location"] =
        [
            In("Location /secret"),
            In("Location /secret/"),
            In("Location /secret/f.txt"),
            In("Location \"/*/f.txt\""),
            In("Location \"/s*\""),
            In("Location \"/secret/*\""),
            In("Location \"/?ecret/[a-g].txt\""),
            In("Location \"//secret\""),
            In("Location /x/secret"),
            In("Location /x"),
            In("Location \"/all*\""),
            In("Location /") + In("Location /open", "Require all granted"),
            In("Location /secret/f.txt/info"),
            In("Location /Secret"),
            In("Location /caf\u00e9"),
            In("Location /secret", "<If \"true\">\nRequire all denied\n</If>"),
        ],
        ["LocationMatch"] =
        [
            In("LocationMatch secret"),
            In("LocationMatch \"^/secret\""),
            In("LocationMatch \"^/secret/$\""),
            In("LocationMatch \"f\\.txt$\""),
            In("LocationMatch \"(?i)^/SECRET\""),
            In("LocationMatch \"^/[^/]*/f\\.txt\""),
            In("LocationMatch \"^/(x|all)\""),
            In("LocationMatch \"\\.\\.\""),
            In("LocationMatch \"%\""),
            In("LocationMatch \"\\n\""),
            In("LocationMatch \"[^ -~]\""),
            In("Location ~ \"/secret\""),
        ],
        ["If"] =
        [
            In("If \"%{REQUEST_URI} =~ m#^/secret#\""),
            In("If \"%{REQUEST_URI} == '/secret/f.txt'\""),
            In("If \"%{DOCUMENT_URI} -strmatch '/secret/*'\""),
            In("If \"%{REQUEST_FILENAME} =~ m#/secret/#\""),
            In("If \"%{REQUEST_FILENAME} -strmatch '*/f.txt'\""),
            In("If \"%{SCRIPT_FILENAME} == '{D}/t/secret/f.txt'\""),
            In("If \"%{PATH_INFO} == '/info'\""),
            In("If \"-f %{REQUEST_FILENAME}\""),
            In("If \"-d %{REQUEST_FILENAME}\""),
            In("If \"%{THE_REQUEST} =~ /secret/\""),
            In("If \"%{REQUEST_METHOD} == 'GET'\""),
            In("Directory {D}/t", In("If \"%{REQUEST_URI} =~ m#secret#\"")),
            In("Files f.txt", In("If \"%{REQUEST_URI} =~ m#secret#\"")),
            In("If \"%{REQUEST_URI} =~ m#^/open#\"", "Require all granted") + In("Else"),
        ],
        ["Limit"] =
        [
            In("Directory {D}/t/secret", In("Limit GET")),
            In("Directory {D}/t/secret", In("Limit POST")),
            In("Directory {D}/t/secret", In("Limit PUT DELETE OPTIONS")),
            In("Directory {D}/t/secret", In("LimitExcept GET")),
            In("Directory {D}/t/secret", In("LimitExcept POST")),
            In("Location /secret", In("Limit GET POST")),
            In("Location /secret", In("LimitExcept GET POST OPTIONS")),
            In("Files f.txt", In("Limit GET")),
            In("Directory {D}/t/secret", "Require all denied\n" + In("Limit GET", "Require all granted")),
            In("Directory {D}/t/secret", "Require all granted\n" + In("LimitExcept GET")),
        ],
        ["htaccess"] =
        [
            Override("All"),
            Override("AuthConfig"),
            Override("All", "AllowOverride None", "secret"),
            Override("AuthConfig Limit"),
            Override("All"),
            Override("All"),
            Override("All"),
            Override("Options"),
            Override("All"),
            Override("FileInfo"),
            Override("All") + In("FilesMatch \"^\\.ht\""),
        ],
        ["environment"] =
        [
            In("Location /", "SetEnvIf Request_URI \"^/secret\" bad\n" + NotEnv),
            In("Directory {D}/t", "SetEnvIf Request_URI \"f\\.txt$\" bad\n" + NotEnv),
            In("Directory {D}/t/secret", "SetEnvIf Request_Method \"^(GET|HEAD)$\" bad\n" + NotEnv),
            In("Location /", "SetEnvIf Request_URI \"^/open\" good\nRequire env good"),
            In("Location /", "Require expr \"%{REQUEST_URI} =~ m#^/open#\""),
            In("Directory {D}/t/secret", "Require expr \"! %{REQUEST_FILENAME} -strmatch '*/f.txt'\""),
            In("Location /", "<RequireAll>\nRequire all granted\nRequire not expr \"%{REQUEST_URI} -strmatch '/secret/*'\"\n</RequireAll>"),
            In("Location /", "<RequireAll>\n<RequireNone>\nRequire expr \"-f %{REQUEST_FILENAME}\"\n</RequireNone>\nRequire all granted\n</RequireAll>"),
            In("Directory {D}/t/secret", "Require host nobody.invalid\nRequire ip 10.0.0.0/8"),
            In("Directory {D}/t/secret", "Require local\n") + In("Directory {D}/t/secret/sub", "<RequireAll>\nRequire all granted\nRequire not ip 127.0.0.1\n</RequireAll>"),
        ],
    };

    /// <summary>The per-directory files of the group "htaccess": host, directory and text.</summary>
    public static readonly (int Host, string Directory, string Text)[] PerDirectoryFiles =
    [
        (0, "secret", "Require all denied\n"),
        (1, "secret", In("Files f.txt")),
        (2, "secret", "Require all denied\n"),
        (3, "secret", In("Limit GET")),
        (4, "", In("FilesMatch \"^f\"")),
        (5, "secret", "Require all denied\n"),
        (5, "secret/sub", "Require all granted\n"),
        (6, "secret", In("If \"%{REQUEST_URI} =~ m#f.txt#\"")),
        (7, "", "Options None\n"),
        (8, "open", "Require all denied\n"),
        (8, "secret", "Nonsense\n"),
        (9, "secret", "SetHandler nobody\n"),
        (10, "secret", "# nothing\n"),
    ];

    private const string NotEnv = "<RequireAll>\nRequire all granted\nRequire not env bad\n</RequireAll>";

    private static string In(string section, string text = "Require all denied") => $"<{section}>\n{text}\n</{section.Split(' ')[0]}>\n";

    private static string Override(string groups, string below = "", string directory = "") =>
        In("Directory {D}/t", $"AllowOverride {groups}") + (below.Length == 0 ? "" : In("Directory {D}/t/" + directory, below));
}

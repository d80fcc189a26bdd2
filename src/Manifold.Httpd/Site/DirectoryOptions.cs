namespace Manifold.Httpd.Site;

/// <summary>The features of a directory (Options).</summary>
[Flags]
public enum DirectoryOptions
{
#pragma warning disable CS1591 // httpd's names
    None = 0, Indexes = 1, Includes = 2, FollowSymLinks = 4, SymLinksIfOwnerMatch = 8, ExecCgi = 16, IncludesNoExec = 32, MultiViews = 64,
    All = Indexes | Includes | FollowSymLinks | ExecCgi, Every = All | SymLinksIfOwnerMatch | IncludesNoExec | MultiViews,
#pragma warning restore CS1591
}

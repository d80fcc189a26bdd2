using Manifold.Contracts;
using Manifold.Httpd.Files;
using Manifold.Httpd.Language;
using Manifold.Httpd.Site;
using Manifold.Os;

namespace Manifold.Httpd.Requests;

/// <summary>
/// From a file name to what is really there: brings the name into its one form, splits off the path info, collects the settings of every
/// directory on the way and of the file, and checks symbolic links against them. Whoever made the name (Alias, AliasMatch, a document root, an
/// index), only this form is compared and opened. Blocks on the file system only; runs on the worker thread.
/// </summary>
internal static class StorageMap
{
    /// <summary>Fills in the resource's stat, path info and settings. 0 or an HTTP status.</summary>
    public static int Map(Request request, Resource resource)
    {
        string whole = Paths.Canonical(resource.FileName!), file = whole;
        int status = Find(request, resource, ref file);
        if (status != 0) return status;
        // A directory keeps the slash that it was asked with: its last component is empty then.
        resource.FileName = resource.Stat.IsDirectory ? whole : file;

        var walk = request.Server.Sections;
        var applied = new List<CompiledSection>();
        var settings = walk.Root;
        status = Enter(request, resource, "/", ref settings, applied);
        if (status != 0) return status;
        for (int end = 0; end >= 0 && end < file.Length;)
        {
            int next = file.IndexOf('/', end + 1);
            bool last = next < 0;
            int length = last ? file.Length : next;
            if (length > end + 1)
            {
                // What is missing may still be a link, to nowhere.
                bool allowed = !last || resource.Stat.Exists ? LinkAllowed(file[..length], settings.Bag.Get<CoreDirectory>().Effective, resource)
                    : FileStat.Of(file, out var missing, follow: false) != 0 || !missing.IsLink;
                if (!allowed)
                {
                    request.Report("core", LogLevel.Error,
                        "AH00037: Symbolic link not allowed or link target not accessible: " + file[..length]);
                    return 403;
                }
                if (!last || resource.Stat.IsDirectory) status = Enter(request, resource, file.AsSpan(0, length), ref settings, applied);
                else if (resource.Stat.Exists) settings = walk.Directory(settings, file, applied);
                if (status != 0) return status;
            }
            end = next;
        }
        settings = walk.Files(request, settings, resource.FileName, applied);
        settings = walk.Locations(request, settings, resource.Path, applied);
        settings = walk.Ifs(request, resource, settings, applied);
        resource.Apply(settings);
        return 0;
    }

    /// <summary>Adds the sections of a directory on the way, then its per-directory file. 0 or an HTTP status.</summary>
    private static int Enter(
        Request request, Resource resource, ReadOnlySpan<char> directory, ref MergedSettings settings, List<CompiledSection> applied)
    {
        settings = request.Server.Sections.Directory(settings, directory, applied);
        return settings.Overrides.Any ? request.Server.PerDirectoryFiles.Apply(request, resource, directory, ref settings, applied) : 0;
    }

    /// <summary>Cuts components off the end until something exists.</summary>
    private static int Find(Request request, Resource resource, ref string file)
    {
        string whole = file;
        if (file.Length > 1) file = file.TrimEnd('/');
        string missing = file;
        while (true)
        {
            int errno = FileStat.Of(file, out var stat);
            switch (errno)
            {
                case 0 when ReferenceEquals(missing, file) || stat.IsFile:
                    resource.Stat = stat;
                    resource.PathInfo = whole[file.Length..];
                    if (stat.IsDirectory) resource.PathInfo = "";
                    return 0;
                case 0:
                    // An existing directory: the component below it is the one that is missing.
                    int end = whole.IndexOf('/', file.Length + 1);
                    resource.Stat = default;
                    resource.PathInfo = end < 0 ? "" : whole[end..];
                    file = end < 0 ? whole : whole[..end];
                    return 0;
                case Errno.ENOENT or Errno.ENOTDIR when file.LastIndexOf('/') is > 0 and int cut:
                    file = file[..cut].TrimEnd('/');
                    if (file.Length == 0) file = "/";
                    continue;
                case Errno.ENOENT or Errno.ENOTDIR:
                    if (file.Length <= 1) return 404;
                    resource.Stat = default;
                    file = missing;
                    return 0;
                case Errno.EACCES:
                    request.Report("core", LogLevel.Error, $"AH00035: access to {resource.Path} denied (filesystem path '{file}') " +
                        "because search permissions are missing on a component of the path", errno);
                    return 403;
                case Errno.ENAMETOOLONG:
                    request.Report("core", LogLevel.Error, $"AH00036: access to {resource.Path} failed (filesystem path '{file}')", errno);
                    return 403;
                default:
                    request.Report("core", LogLevel.Error, $"AH00036: access to {resource.Path} failed (filesystem path '{file}')", errno);
                    return FileErrors.StatusOf(errno);
            }
        }
    }

    private static bool LinkAllowed(string path, DirectoryOptions options, Resource resource)
    {
        if ((options & DirectoryOptions.FollowSymLinks) != 0 && (options & DirectoryOptions.SymLinksIfOwnerMatch) == 0) return true;
        // What is a plain directory now may be a link at the next request.
        resource.Cacheable = false;
        if (FileStat.Of(path, out var link, follow: false) != 0 || !link.IsLink) return true;
        if ((options & DirectoryOptions.SymLinksIfOwnerMatch) == 0) return false;
        return FileStat.Of(path, out var target) == 0 && target.Owner == link.Owner;
    }
}

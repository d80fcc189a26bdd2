using Xunit;

namespace Manifold.Differential;

/// <summary>A test that needs Debian's apache2; ./test installs it where it can.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ApacheFactAttribute : FactAttribute
{
    public ApacheFactAttribute()
    {
        if (!File.Exists(Apache.Path)) Skip = Apache.Absent;
    }
}

/// <summary>As <see cref="ApacheFactAttribute"/>, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ApacheTheoryAttribute : TheoryAttribute
{
    public ApacheTheoryAttribute()
    {
        if (!File.Exists(Apache.Path)) Skip = Apache.Absent;
    }
}

/// <summary>Where the reference is.</summary>
internal static class Apache
{
    public const string Path = "/usr/sbin/apache2";
    public const string Modules = "/usr/lib/apache2/modules";
    public const string Absent = Path + " is not installed (Debian package apache2-bin)";
}

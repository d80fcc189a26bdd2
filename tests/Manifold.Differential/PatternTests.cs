namespace Manifold.Differential;

/// <summary>Regular expressions mean here what they mean in httpd.</summary>
public sealed class PatternTests
{
    [ApacheFact]
    public Task Who_is_denied_by_an_expression_stays_out() => Pair.With("""
        <LocationMatch "^/sec[[:alpha:]]*/">
            Require all denied
        </LocationMatch>
        <LocationMatch "^/(?:a++|b)x\h*y">
            Require all denied
        </LocationMatch>
        <FilesMatch "(?i)\.(?:bak|(?P<kind>sql|log)\d*+)$">
            Require all denied
        </FilesMatch>
        <DirectoryMatch "/\.(?!well-known)[^/]++(?:/|$)">
            Require all denied
        </DirectoryMatch>
        """, async pair =>
    {
        foreach (string name in (string[])["secret/f.txt", "sec/f.txt", "sec1/f.txt", "aaxy", "ax y", "bxy", "a.bak", "A.SQL", "x.log12", "x.logs", ".git/config", ".well-known/a", "d/.svn/e/f"])
        {
            pair.Write(name, "content");
            await pair.Same("/" + name.Replace(" ", "%20", StringComparison.Ordinal));
        }
    });

    [ApacheFact]
    public Task Named_groups_become_variables() => Pair.With("""
        <LocationMatch "^/(?<Area>[a-z]+)(?:/(?P<second>\d+))?(?:-(?'second'\w))?">
            Header always set X-Area "%{MATCH_AREA}e %{MATCH_Area}e %{MATCH_SECOND}e"
        </LocationMatch>
        """, async pair =>
    {
        foreach (string target in (string[])["/shop", "/shop/12", "/shop-z", "/shop/1-z", "/SHOP"]) await pair.Same(target);
    });
}

namespace Manifold.Differential;

/// <summary>The plainest questions: a page, what is missing, a folder, methods.</summary>
public sealed class PlainTests
{
    [ApacheFact]
    public Task Pages_and_what_is_missing() => Pair.With("", async pair =>
    {
        pair.Write("a.txt", "0123456789");
        pair.Write("folder/index.html", "folder");
        foreach (string target in (string[])["/", "/a.txt", "/missing", "/folder", "/folder/", "/a.txt/more", "/%61.txt", "/../a.txt", "/a.txt?q", "/%00", "/%2e%2e/"])
        {
            await pair.Same(target);
            await pair.Same(target, method: "HEAD");
        }
        await pair.Same("/a.txt", "Range: bytes=2-4\r\n");
        await pair.Same("/a.txt", "If-Modified-Since: Tue, 02 Jan 2024 03:04:05 GMT\r\n");
        await pair.SameAccessLog();
    });

    [ApacheFact]
    public Task Configurations() => Pair.SameSyntax("Header set A b\n", "Nonsense\n", "<Directory /x>\nRequire all denied\n</Directory>\n");
}

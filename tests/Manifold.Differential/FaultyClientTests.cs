namespace Manifold.Differential;

/// <summary>The variables that httpd obeys for clients that are known to be faulty.</summary>
public sealed class FaultyClientTests
{
    [ApacheFact]
    public Task Variables_for_faulty_clients() => Pair.With("""
        BrowserMatch nokeep nokeepalive
        BrowserMatch down downgrade-1.0
        BrowserMatch force force-response-1.0
        BrowserMatch novary force-no-vary
        Header append Vary Accept
        """, async pair =>
        {
            foreach (string agent in (string[])["plain", "nokeep", "down", "force", "down force", "nokeep down force", "novary", "novary force", "novary down", "novary nokeep down force"])
            {
                foreach (string version in (string[])["1.0", "1.1"])
                {
                    foreach (string connection in (string[])["", "Connection: keep-alive\r\n", "Connection: close\r\n"])
                    {
                        foreach (string target in (string[])["/index.html", "/absent"])
                        {
                            string head = $"GET {target} HTTP/{version}\r\nHost: localhost\r\nUser-Agent: {agent}\r\n";
                            await pair.SameBytes($"{head}{connection}\r\n{head}Connection: close\r\n\r\n");
                        }
                    }
                }
            }
        });
}

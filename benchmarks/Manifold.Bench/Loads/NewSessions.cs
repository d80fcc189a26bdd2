namespace Manifold.Bench;

/// <summary>
/// Makes each TLS handshake of wrk a full one. wrk uses one SSL object again for all connections of a client, one after the other; SSL_clear leaves the
/// session in it, so that it resumes (with tickets, also TLS 1.3's) on every connection but the first. A library that is loaded before OpenSSL
/// takes the session out.
/// </summary>
internal static class NewSessions
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>

        int SSL_set_session(void *ssl, void *session);

        int SSL_clear(void *ssl)
        {
            int (*next)(void *) = (int (*)(void *))dlsym(RTLD_NEXT, "SSL_clear");
            return SSL_set_session(ssl, (void *)0) == 1 && next(ssl);
        }

        """;

    /// <summary>The library, in the server's directory; compiled when it is asked for first. A wrk that is not linked to OpenSSL does not start with it.</summary>
    public static string Library(Peer peer)
    {
        string library = peer.Place("newsessions.so");
        if (!File.Exists(library)) Compiler.Run(peer.Write("newsessions.c", Source), library, "-shared", "-fPIC", "-Wl,-z,now");
        return library;
    }
}

using Manifold.Httpd.Language;
using Manifold.Httpd.Requests.Filters;
using Manifold.Httpd.Site;
using Manifold.Shared;

namespace Manifold.Httpd.Requests;

/// <summary>What a phase says, beside HTTP statuses: those end the request with that status.</summary>
public static class Outcome
{
    /// <summary>Not this module's concern; ask the next.</summary>
    public const int Declined = -1;

    /// <summary>Done.</summary>
    public const int Ok = 0;
}

/// <summary>
/// Answers a request. Returns <see cref="Outcome.Ok"/> when it has, <see cref="Outcome.Declined"/>, or the status of an error.
/// </summary>
public delegate ValueTask<int> RequestHandler(Request request);

/// <summary>
/// A module that takes part in requests. The hooks run in the order of the modules on the thread that carries the request; they may block on the file
/// system but not on the client. <see cref="Access"/>, <see cref="Fixup"/> and handlers may wait, for as long as they take care of, unless
/// <see cref="Request.CanWait"/> is false: a condition asks then, and one that waits nevertheless counts as a refusal. Whoever waited goes on in another thread.
/// </summary>
public abstract class RequestModule : Module
{
    /// <summary>True for a module that has its say after the others, wherever its LoadModule line stands.</summary>
    public virtual bool RunsLast => false;

    /// <summary>
    /// Maps the URL path to a file name. The first that does not decline decides; if it sets none, the path stands for no file, and the file system is
    /// not asked.
    /// </summary>
    public virtual int Translate(Request request, Resource resource) => Outcome.Declined;

    /// <summary>May refuse the request; the first status ends it.</summary>
    public virtual ValueTask<int> Access(Request request, Resource resource) => new(Outcome.Declined);

    /// <summary>
    /// True when <see cref="Prepare"/> and <see cref="Head"/> are to be called for resources with these settings. Asked once for each resource.
    /// </summary>
    public virtual bool Concerns(SettingsBag settings) => false;

    /// <summary>True when <see cref="Early"/> is to be called for requests to a server with these settings. Asked once for each server.</summary>
    public virtual bool ConcernsEarly(SettingsBag settings) => false;

    /// <summary>Looks at a request as soon as its server is known, before anything is asked of it.</summary>
    public virtual void Early(Request request)
    {
    }

    /// <summary>
    /// Looks at each request, also at one that the file cache answers, but not at look-ups: first as soon as the resource's settings are known (again when they are
    /// complete), then once, with <paramref name="late"/>, before the handler.
    /// </summary>
    public virtual void Prepare(Request request, Resource resource, bool late)
    {
    }

    /// <summary>Last changes to the head of the response, once for each response that is not refused input.</summary>
    public virtual void Head(Request request, Resource resource)
    {
    }

    /// <summary>Finds out type, charset, language, encoding and handler. Every module is asked.</summary>
    public virtual void Type(Request request, Resource resource)
    {
    }

    /// <summary>Last changes before the handler; may replace <see cref="Request.Resource"/>, also in look-ups. The first status ends the request.</summary>
    public virtual ValueTask<int> Fixup(Request request, Resource resource) => new(Outcome.Declined);

    /// <summary>The handlers that SetHandler can name.</summary>
    public virtual IEnumerable<KeyValuePair<string, RequestHandler>> Handlers => [];

    /// <summary>The filters that SetOutputFilter can name.</summary>
    public virtual IEnumerable<OutputFilter> OutputFilters => [];

    /// <summary>The filters that SetInputFilter can name.</summary>
    public virtual IEnumerable<InputFilter> InputFilters => [];

    /// <summary>Runs after the last byte of the response has been handed to the kernel.</summary>
    public virtual void Log(Request request)
    {
    }

    /// <summary>For the module that encrypts: the servers whose connections it encrypts; null when there are none. Throws <see cref="ConfigurationException"/> when one cannot be.</summary>
    /// <param name="configuration">The accepted configuration.</param>
    /// <param name="log">Where handshakes that fail are told of.</param>
    public virtual ITlsServers? Encrypt(ServerConfiguration configuration, ErrorLog log) => null;

    /// <summary>Called once for each server that is asked for, before its first request, on the thread that carries it; never for two servers at once.</summary>
    /// <param name="server">The server; nobody else sees it yet.</param>
    /// <param name="options">What it is made from.</param>
    public virtual void Open(Server server, SiteOptions options)
    {
    }
}

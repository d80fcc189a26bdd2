using Manifold.Contracts;
using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>perchild's accounts: which processes they have, and which virtual hosts belong to them.</summary>
internal static class UserDirectives
{
    public static readonly Directive[] Table =
    [
        new("ChildPerUserID", Arguments.Three, Contexts.Server, "user group number", "child processes that run as an account of their own", SetShare),
        new("AssignUserID", Arguments.Two, Contexts.VirtualHost, "user group", "the account whose child processes serve a virtual host",
            call => call.ServerSettings<UserSettings>().Assigned = (Account(call, 0), Account(call, 1))),
    ];

    /// <summary>The accounts of a configuration. Adds what does not fit together.</summary>
    public static IReadOnlyList<UserShare> Complete(ServerScope main, EffectiveSizing sizing, List<string> conflicts)
    {
        var shares = main.Settings.Get<UserSettings>().Shares;
        var process = main.Settings.Get<ProcessSettings>();
        int assigned = shares.Sum(share => share.Processes);
        if (assigned >= sizing.StartServers && shares.Count > 0)
        {
            conflicts.Add($"ChildPerUserID takes {assigned} processes and NumServers is {sizing.StartServers}: none is left for User {process.User} " +
                "and what is not assigned, make NumServers greater");
        }
        if (shares.Count > 0 && process.User is null) conflicts.Add("ChildPerUserID needs a User for the processes that are not assigned");
        return shares;
    }

    /// <summary>Gives a virtual host its account's number. Adds what does not fit, where somebody wants to know.</summary>
    public static void Assign(ServerScope main, ServerScope host, List<string>? conflicts = null)
    {
        var process = main.Settings.Get<ProcessSettings>();
        if (host.Settings.Get<UserSettings>().Assigned is not { } account || account == (process.User, process.Group)) return;
        int number = main.Settings.Get<UserSettings>().Shares.FindIndex(share => (share.User, share.Group) == account) + 1;
        host.Settings.Edit<UserSettings>().Number = number;
        if (number > 0) return;
        conflicts?.Add($"AssignUserID {account.User} {account.Group} on the host of line {host.Line} of {host.File}: there are no processes of " +
            $"this account, add ChildPerUserID {account.User} {account.Group} 1");
    }

    private static void SetShare(DirectiveCall call)
    {
        var share = new UserShare(Account(call, 0), Account(call, 1), (int)call.Number(1, 20_000, 2));
        var shares = call.ServerSettings<UserSettings>().Shares;
        if (shares.Any(other => (other.User, other.Group) == (share.User, share.Group)))
            throw call.Fail($"ChildPerUserID {share.User} {share.Group} is given twice");
        shares.Add(share);
    }

    /// <summary>Only the form is checked; whether it exists is asked by the master, when it starts as root.</summary>
    private static string Account(DirectiveCall call, int argument)
    {
        string text = call.Args[argument];
        if (text.StartsWith('#') && !uint.TryParse(text.AsSpan(1), out _)) throw call.Fail($"{call.Directive.Name}: '{text}' has no number after '#'");
        if (argument == 0 && text is "#0" or "root")
            throw call.Fail($"{call.Directive.Name}: the user must not be root: a hole in the server would then open the whole system");
        return text;
    }
}

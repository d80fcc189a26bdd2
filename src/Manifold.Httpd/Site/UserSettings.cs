using Manifold.Contracts;

namespace Manifold.Httpd.Site;

/// <summary>Which accounts there are, and which of them a server belongs to.</summary>
internal sealed class UserSettings : ISettings<UserSettings>
{
    /// <summary>Of the main server: the accounts with their processes, in file order.</summary>
    public List<UserShare> Shares { get; } = [];

    /// <summary>Of a virtual host: the account that it is assigned to; null = the main one.</summary>
    public (string User, string Group)? Assigned { get; set; }

    /// <summary>Of a virtual host: the number of that account, once the configuration is complete.</summary>
    public int Number { get; set; }

    public UserSettings Merge(UserSettings over) => over;
}

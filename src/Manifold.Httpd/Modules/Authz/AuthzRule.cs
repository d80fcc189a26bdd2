using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Authz;

/// <summary>What a rule says of a request.</summary>
internal enum Verdict
{
    /// <summary>Neither way.</summary>
    Neutral,
    /// <summary>Has nothing to do with requests of this method.</summary>
    Absent,
    /// <summary>May pass.</summary>
    Granted,
    /// <summary>May not pass.</summary>
    Denied,
}

/// <summary>A tree of Require lines. Written while the configuration is read, shared by all threads afterwards.</summary>
internal abstract class AuthzRule
{
    public abstract Verdict Judge(Request request);

    /// <summary>True when every request gets the same verdict.</summary>
    public abstract bool IsConstant { get; }

    /// <summary>True for "Require not".</summary>
    public virtual bool IsNegative => false;
}

/// <summary>One Require line.</summary>
internal sealed class RequireLine(Func<Request, bool> holds, bool negative, bool constant) : AuthzRule
{
    public override bool IsConstant => constant;

    public override bool IsNegative => negative;

    // What is not refused is not granted yet: a negated rule can only deny.
    public override Verdict Judge(Request request)
    {
        bool true_ = holds(request);
        if (negative) return true_ ? Verdict.Denied : Verdict.Neutral;
        return true_ ? Verdict.Granted : Verdict.Denied;
    }
}

/// <summary>A Require line in a Limit section.</summary>
internal sealed class LimitedRule(MethodLimit limit, AuthzRule rule) : AuthzRule
{
    // What is remembered answers GET and HEAD only, and these are one method here.
    public override bool IsConstant => rule.IsConstant;

    public override bool IsNegative => rule.IsNegative;

    public override Verdict Judge(Request request) => limit.Covers(request.Method) ? rule.Judge(request) : Verdict.Absent;
}

/// <summary>How a container combines its rules.</summary>
internal enum Combination
{
    All, Any, None,
}

/// <summary>RequireAll, RequireAny or RequireNone; the lines outside of containers are an Any.</summary>
internal sealed class RequireContainer(Combination combination, params AuthzRule[] rules) : AuthzRule
{
    public List<AuthzRule> Rules { get; } = [.. rules];

    public Combination Combination => combination;

    public override bool IsConstant => Rules.TrueForAll(rule => rule.IsConstant);

    public override bool IsNegative => combination == Combination.None || (combination == Combination.All && Rules.TrueForAll(rule => rule.IsNegative));

    public override Verdict Judge(Request request)
    {
        bool granted = false, denied = false, absent = Rules.Count > 0;
        foreach (var rule in Rules)
        {
            var verdict = rule.Judge(request);
            absent &= verdict == Verdict.Absent;
            granted |= verdict == Verdict.Granted;
            denied |= verdict == Verdict.Denied;
            if (combination == Combination.All ? denied : granted) break;
        }
        if (absent) return Verdict.Absent;
        return combination switch
        {
            Combination.All => denied ? Verdict.Denied : granted ? Verdict.Granted : Verdict.Neutral,
            Combination.Any => granted ? Verdict.Granted : denied ? Verdict.Denied : Verdict.Neutral,
            _ => granted ? Verdict.Denied : Verdict.Neutral,
        };
    }
}

using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Modules.Authz;

/// <summary>What a rule says of a request.</summary>
internal enum Verdict
{
    /// <summary>Neither way.</summary>
    Neutral,
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

    public override bool IsNegative => combination == Combination.None;

    public override Verdict Judge(Request request)
    {
        bool granted = false, denied = false;
        foreach (var rule in Rules)
        {
            var verdict = rule.Judge(request);
            granted |= verdict == Verdict.Granted;
            denied |= verdict == Verdict.Denied;
            if (combination == Combination.All ? denied : granted) break;
        }
        return combination switch
        {
            Combination.All => denied ? Verdict.Denied : granted ? Verdict.Granted : Verdict.Neutral,
            Combination.Any => granted ? Verdict.Granted : denied ? Verdict.Denied : Verdict.Neutral,
            _ => granted ? Verdict.Denied : Verdict.Neutral,
        };
    }
}

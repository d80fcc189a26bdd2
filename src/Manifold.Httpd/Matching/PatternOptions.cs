namespace Manifold.Httpd.Matching;

/// <summary>How a pattern is compiled. The values are PCRE2's.</summary>
[Flags]
public enum PatternOptions : uint
{
    /// <summary>As PCRE2 does it by itself.</summary>
    None = 0,
    /// <summary>Letters match in both cases.</summary>
    IgnoreCase = 0x08,
    /// <summary>A dollar matches at the very end only, not before a line end there.</summary>
    DollarEndOnly = 0x10,
    /// <summary>A dot matches line ends, too.</summary>
    DotAll = 0x20,
    /// <summary>White space and comments in the pattern do not count.</summary>
    Extended = 0x80,
    /// <summary>^ and $ match at each line.</summary>
    Multiline = 0x400,
    /// <summary>What httpd takes when nothing else is said.</summary>
    Default = DotAll | DollarEndOnly,
}

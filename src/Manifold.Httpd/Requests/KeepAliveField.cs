using Manifold.Httpd.Site;
using Microsoft.Extensions.Primitives;

namespace Manifold.Httpd.Requests;

/// <summary>The values of the Keep-Alive field for one pair of settings, each made when it is first sent. All servers with these settings share them; any thread.</summary>
internal sealed class KeepAliveField
{
    private const int MostKept = 1000;
    private readonly string _unlimited;
    private readonly string?[] _values;
    private readonly bool _isLimited;

    public KeepAliveField(ConnectionSettings settings)
    {
        _unlimited = $"timeout={SecondsOf(settings)}";
        _isLimited = settings.MaxKeepAliveRequests > 0;
        _values = new string?[Math.Clamp(settings.MaxKeepAliveRequests, 0, MostKept) + 1];
    }

    /// <summary>What two servers have in common that send the same values.</summary>
    public static (int Seconds, int Requests) KeyOf(ConnectionSettings settings) => (SecondsOf(settings), settings.MaxKeepAliveRequests);

    /// <summary>The value when <paramref name="left"/> further requests are allowed.</summary>
    public StringValues Value(int left)
    {
        if (!_isLimited) return _unlimited;
        return left < _values.Length ? _values[left] ??= Text(left) : Text(left);
    }

    private string Text(int left) => $"{_unlimited}, max={left}";

    private static int SecondsOf(ConnectionSettings settings) => (int)Math.Max(0, settings.KeepAliveTimeout.TotalSeconds);
}

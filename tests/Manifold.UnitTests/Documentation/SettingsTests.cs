using System.Reflection;
using System.Reflection.Emit;
using Manifold.Contracts;
using Manifold.Httpd.Site;
using Xunit;

namespace Manifold.UnitTests.Documentation;

/// <summary>A setting that is written and never read does nothing, whatever its directive says. Read from the code of the two assemblies.</summary>
public sealed class SettingsTests
{
    private static readonly Dictionary<short, OpCode> s_codes = typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Those that say how others are merged: Merge is where they are used.</summary>
    private static readonly string[] s_usedByMerge = ["AuthzSettings.Merging"];

    [Fact]
    public void Every_setting_is_read()
    {
        var assemblies = new[] { typeof(ManifoldOptions).Assembly, typeof(SettingsBag).Assembly };
        var settings = assemblies.SelectMany(assembly => assembly.GetTypes()).Where(IsSettings).ToList();
        Assert.Contains(typeof(Sizing), settings);
        Assert.True(settings.Count > 20, $"only {settings.Count} types of settings were found");
        Assert.Equal(s_usedByMerge, Unread(settings, assemblies.SelectMany(assembly => assembly.GetTypes())));
    }

    [Fact]
    public void A_setting_that_is_only_written_and_merged_is_found() =>
        Assert.Equal(["Sample.Lost"], Unread([typeof(Sample)], [typeof(Sample), typeof(User)]));

    private static bool IsSettings(Type type) =>
        type is { IsClass: true, IsAbstract: false }
        && (type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ISettings<>))
            || type.Name.EndsWith("Options", StringComparison.Ordinal) || type.Name.EndsWith("Sizing", StringComparison.Ordinal));

    private static List<string> Unread(IEnumerable<Type> settings, IEnumerable<Type> readers)
    {
        var wanted = settings
            .SelectMany(type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(property => property is { CanRead: true, CanWrite: true } && property.GetIndexParameters().Length == 0)
            .ToDictionary(property => (MethodBase)property.GetMethod!, property => $"{property.DeclaringType!.Name}.{property.Name}");
        foreach (var type in readers)
            foreach (var method in type.GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).OfType<MethodBase>())
            {
                if (Carries(method)) continue;
                foreach (var called in Calls(method)) wanted.Remove(called);
            }
        return [.. wanted.Values.Order(StringComparer.Ordinal)];
    }

    /// <summary>True for what only takes a setting from one object into another of the same kind.</summary>
    private static bool Carries(MethodBase method) =>
        method.Name.Split('.')[^1] is "Merge" or "Copy" or "Clone" or "PrintMembers" or "Equals" or "GetHashCode" or "Deconstruct";

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;
        var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var arguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE) value = unchecked((short)(0xFE00 | code[at++]));
            var op = s_codes[value];
            if (op.OperandType == OperandType.InlineMethod && method.Module.ResolveMethod(BitConverter.ToInt32(code, at), typeArguments, arguments) is { } called) yield return called;
            at += op.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }

    private sealed class Sample
    {
        public int Lost { get; set; }

        public int Used { get; set; }

        public static Sample Merge(Sample below, Sample over) => new() { Lost = over.Lost > 0 ? over.Lost : below.Lost, Used = over.Used };
    }

    private static class User
    {
        public static int Use()
        {
            var sample = Sample.Merge(new Sample { Lost = 1 }, new Sample { Lost = 2 });
            sample.Lost = 3;
            return sample.Used;
        }
    }
}

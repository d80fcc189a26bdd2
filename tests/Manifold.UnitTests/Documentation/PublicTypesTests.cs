using Manifold.Hosting;
using Manifold.Httpd.Requests;
using Xunit;

namespace Manifold.UnitTests.Documentation;

/// <summary>
/// What is public is meant to be used, by a program that uses the layer or a module of somebody else's: PublicTypes.txt is the list. Who makes another type
/// public adds it there, with a reason to have one more; nothing becomes public by accident.
/// </summary>
public sealed class PublicTypesTests
{
    [Fact]
    public void Public_is_what_is_on_the_list()
    {
        string[] listed = File.ReadAllLines(Sources.Root + "tests/Manifold.UnitTests/Documentation/PublicTypes.txt");
        Assert.Equal(listed, Names(typeof(ServerRunner)).Concat(Names(typeof(RequestModule))));
    }

    [Fact]
    public void Nested_and_generic_types_are_seen()
    {
        Assert.Equal("Lib: Outer", Name("Lib", typeof(Outer)));
        Assert.Equal("Lib: Outer.Inner", Name("Lib", typeof(Outer.Inner<int>)));
    }

    /// <summary>By assembly and name: in which room of it a type is, may change. What the compiler makes for extensions is nobody's.</summary>
    private static IEnumerable<string> Names(Type ofAssembly) =>
        ofAssembly.Assembly.GetExportedTypes().Where(type => !type.FullName!.Contains('<')).Select(type => Name(ofAssembly.Assembly.GetName().Name!, type)).Order(StringComparer.Ordinal);

    private static string Name(string assembly, Type type)
    {
        string name = type.Name.Split('`')[0];
        for (var outer = type.DeclaringType; outer is not null && outer != typeof(PublicTypesTests); outer = outer.DeclaringType) name = $"{outer.Name.Split('`')[0]}.{name}";
        return $"{assembly}: {name}";
    }

    private static class Outer
    {
        public static class Inner<T>
        {
            public static T? Value => default;
        }
    }
}

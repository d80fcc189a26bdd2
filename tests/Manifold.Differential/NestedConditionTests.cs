namespace Manifold.Differential;

/// <summary>If sections within each other and within other sections: which of them hold, and in which order they are merged. Each leaves its letter.</summary>
public sealed class NestedConditionTests
{
    [ApacheFact]
    public Task Order() => Pair.With("""
        <If "true">
            Header append Order a
            <If "%{QUERY_STRING} =~ /1/">
                Header append Order b
                <If "%{QUERY_STRING} =~ /2/">
                    Header append Order c
                    <If "%{QUERY_STRING} =~ /3/">
                        Header append Order d
                    </If>
                    <Else>
                        Header append Order e
                    </Else>
                </If>
                <ElseIf "%{QUERY_STRING} =~ /3/">
                    Header append Order f
                    <If "%{QUERY_STRING} =~ /4/">
                        Header append Order g
                    </If>
                </ElseIf>
                <Else>
                    Header append Order h
                </Else>
                Header append Order i
            </If>
            <Else>
                Header append Order j
                <If "%{QUERY_STRING} =~ /4/">
                    Header append Order k
                </If>
            </Else>
            Header append Order l
            <If "%{QUERY_STRING} =~ /5/">
                Header append Order m
                <If "true">
                    Header append Order n
                </If>
            </If>
        </If>
        Header append Order o
        <Location />
            Header append Order p
            <If "%{QUERY_STRING} =~ /1/">
                Header append Order q
                <If "%{QUERY_STRING} =~ /3/">
                    Header append Order r
                </If>
            </If>
            <Else>
                Header append Order s
            </Else>
        </Location>
        <Directory {D}>
            Header append Order t
            <If "%{QUERY_STRING} =~ /2/">
                Header append Order u
                <If "%{QUERY_STRING} =~ /4/">
                    Header append Order v
                </If>
            </If>
            <Files "*.txt">
                Header append Order w
                <If "%{QUERY_STRING} =~ /5/">
                    Header append Order x
                    <If "%{QUERY_STRING} =~ /1/">
                        Header append Order y
                    </If>
                </If>
            </Files>
        </Directory>
        <Directory {D}/ht>
            AllowOverride All
        </Directory>
        <If "%{QUERY_STRING} =~ /2/">
            Header append Order z
        </If>
        <ElseIf "%{QUERY_STRING} =~ /3/">
            Header append Order A
        </ElseIf>
        <Else>
            Header append Order B
        </Else>
        <If "%{QUERY_STRING} =~ /6/">
            ForceType text/x-one
            <If "true">
                ForceType text/x-two
                <If "true">
                    ForceType text/x-three
                </If>
                <If "%{QUERY_STRING} =~ /1/">
                    ForceType text/x-four
                </If>
            </If>
            <If "%{QUERY_STRING} =~ /2/">
                ForceType text/x-five
            </If>
        </If>
        <If "%{QUERY_STRING} =~ /7/">
            <If "true">
                <If "true">
                    Require all denied
                </If>
            </If>
        </If>
        <If "%{QUERY_STRING} =~ /8/">
            Require all granted
        </If>
        <VirtualHost *:{port}>
            ServerName main.example
        </VirtualHost>
        <VirtualHost *:{port}>
            ServerName other.example
            <If "true">
                Header append Order C
                <If "%{QUERY_STRING} =~ /1/">
                    Header append Order D
                    <If "%{QUERY_STRING} =~ /2/">
                        Header append Order E
                    </If>
                </If>
            </If>
            <Else>
                Header append Order F
            </Else>
            <Location /ht>
                <If "%{QUERY_STRING} =~ /3/">
                    Header append Order G
                    <If "%{QUERY_STRING} =~ /4/">
                        Header append Order H
                    </If>
                </If>
            </Location>
        </VirtualHost>
        """, pair =>
    {
        pair.Write("ht/a.txt", "x");
        pair.Write("ht/.htaccess", """
            Header append Order I
            <If "%{QUERY_STRING} =~ /1/">
                Header append Order J
                <If "%{QUERY_STRING} =~ /2/">
                    Header append Order K
                </If>
                <Else>
                    Header append Order L
                </Else>
            </If>
            <Else>
                Header append Order M
            </Else>
            <Files a.txt>
                <If "%{QUERY_STRING} =~ /3/">
                    Header append Order N
                    <If "%{QUERY_STRING} =~ /4/">
                        Header append Order O
                    </If>
                </If>
            </Files>
            """);
        pair.Write("b.txt", "x");
    }, async pair =>
    {
        foreach (string host in (string[])["main.example", "other.example"])
            foreach (string path in (string[])["/b.txt", "/ht/a.txt", "/ht/", "/missing"])
                foreach (string query in (string[])["", "1", "2", "3", "4", "5", "12", "13", "14", "15", "123", "1234", "12345", "134", "24", "25", "34", "35", "45", "6", "16", "26", "126", "7", "17", "78", "8", "1237"])
                    await pair.Same($"{path}?{query}", host: host);
    });
}

namespace Manifold.Httpd.Language;

/// <summary>Lines in a snapshot: names of directives and files are numbers in tables that stand before the lines.</summary>
internal sealed class SnapshotWords
{
    private readonly List<string> _names = [], _files = [];
    private readonly Dictionary<string, int> _nameNumbers = [], _fileNumbers = [];

    /// <summary>Empty tables, to write.</summary>
    public SnapshotWords()
    {
    }

    /// <summary>Tables that were written.</summary>
    public SnapshotWords(IEnumerable<string> names, IEnumerable<string> files)
    {
        _names.AddRange(names);
        _files.AddRange(files);
    }

    /// <summary>Names of directives as the lines have them, in the order in which they came.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Files, or what stands for one.</summary>
    public IReadOnlyCollection<string> Files => _files;

    public string File(int number) => Word(_files, number);

    public int FileOf(string file) => _fileNumbers[file];

    /// <summary>Takes the words of a line and of those in it into the tables.</summary>
    public void Add(DirectiveNode node)
    {
        Add(_names, _nameNumbers, node.Name);
        Add(_files, _fileNumbers, node.File);
        foreach (var child in node.Children ?? []) Add(child);
    }

    public void Write(SnapshotWriter writer, DirectiveNode node)
    {
        writer.Number(_nameNumbers[node.Name]);
        writer.Text(node.Text);
        writer.Number(_fileNumbers[node.File]);
        writer.Number(node.Line);
        writer.Flag(node.Children is not null);
        if (node.Children is null) return;
        writer.Number(node.Children.Count);
        foreach (var child in node.Children) Write(writer, child);
    }

    public DirectiveNode Read(ref SnapshotReader reader, DirectiveNode? parent)
    {
        string name = Word(_names, reader.Number()), text = reader.Text(), file = Word(_files, reader.Number());
        int line = reader.Number();
        bool isSection = reader.Flag();
        var node = new DirectiveNode { Name = name, Text = text, File = file, Line = line, Parent = parent, Children = isSection ? [] : null };
        if (!isSection) return node;
        for (int left = reader.Number(); left > 0; left--) node.Children!.Add(Read(ref reader, node));
        return node;
    }

    private static void Add(List<string> words, Dictionary<string, int> numbers, string word)
    {
        if (numbers.TryAdd(word, words.Count)) words.Add(word);
    }

    private static string Word(List<string> words, int number) => number < words.Count ? words[number] : throw new ConfigurationException("The configuration snapshot is damaged.");
}

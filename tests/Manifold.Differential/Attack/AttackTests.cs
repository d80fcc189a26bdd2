using System.Text;
using Manifold.ProcessTests.Harness;
using Xunit;
using Xunit.Sdk;

namespace Manifold.Differential.Attack;

/// <summary>
/// Every way to name a file against every way to deny it: each rule is a host of its own, all hosts of a group are in one pair of servers, and each host
/// is asked all the requests. Compared are status, content and where a redirect leads; whatever is known, nothing that httpd refuses is let in.
/// </summary>
public sealed class AttackTests
{
    private const int Connections = 6;

    public static TheoryData<string, string> Groups
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string group in Rules.Groups.Keys) data.Add(group, "");
            foreach (string group in (string[])["Directory", "Location", "LocationMatch"]) data.Add(group, "MergeSlashes Off");
            data.Add("Directory", "AllowEncodedSlashes On");
            data.Add("LocationMatch", "AllowEncodedSlashes On");
            data.Add("LocationMatch", "AllowEncodedSlashes NoDecode");
            data.Add("DirectoryMatch", "DocumentRoot \"{D}//t/./open/..//\"");
            return data;
        }
    }

    [ApacheTheory]
    [MemberData(nameof(Groups))]
    public Task Nobody_gets_in(string group, string everywhere)
    {
        string[] rules = Rules.Groups[group];
        var text = new StringBuilder("MaxKeepAliveRequests 0\n");
        for (int i = 0; i < rules.Length; i++)
            text.Append($"<VirtualHost *:{{port}}>\nServerName r{i}\n{Ways.Directives}\n{everywhere}\n{rules[i]}</VirtualHost>\n".Replace("{n}", i.ToString(), StringComparison.Ordinal));
        return Pair.With(text.ToString(), pair =>
        {
            Ways.Write(pair);
            if (group != "htaccess") return;
            foreach (var (host, directory, content) in Rules.PerDirectoryFiles) pair.Write($"t/{directory}/.ht{host}", content);
        }, async pair =>
        {
            var asked = rules.SelectMany((rule, i) => Ways.Requests("r" + i).Select(question => (Rule: rule, Question: question))).ToList();
            var questions = asked.ConvertAll(one => one.Question);
            var answers = await Task.WhenAll(Ask(pair.Httpd.Port, questions), Ask(pair.Ours.Port, questions));
            var letIn = new List<string>();
            for (int i = 0; i < questions.Count; i++)
            {
                var question = questions[i];
                string shown = Pair.Shown($"{question.Method} {Short(question.Target)} [{everywhere}] {question.Host}: {asked[i].Rule.Replace('\n', ' ')}");
                var (httpd, ours) = (answers[0][i], answers[1][i]);
                pair.Compare(shown, "status", httpd.Status.ToString(), ours.Status.ToString());
                if (httpd.Status >= 400 && ours.Status is > 0 and < 400) letIn.Add($"{shown}: httpd {httpd.Status}, here {ours.Status} {ours.Content}");
                if (httpd.Status != ours.Status) continue;
                pair.Compare(shown, "body", httpd.Content, ours.Content);
                pair.Compare(shown, "Location", pair.Httpd.Neutral(httpd.Location), pair.Ours.Neutral(ours.Location));
            }
            // What is remembered of the first time changes nothing.
            var again = group is "Directory" or "Files" && everywhere.Length == 0 ? await Ask(pair.Ours.Port, questions) : answers[1];
            for (int i = 0; i < questions.Count; i++)
            {
                if (again[i] != answers[1][i]) throw new XunitException($"{questions[i]}: first {answers[1][i]}, then {again[i]}");
            }
            if (letIn.Count > 0) throw new XunitException($"let in, {letIn.Count} times:\n" + string.Join('\n', letIn.Take(60)));
        });
    }

    private static string Short(string target) => target.Length > 80 ? target[..80] + "..." : target;

    private sealed record Reply(int Status, string Content, string Location);

    /// <summary>Asks all questions on a few connections; the replies are in the order of the questions.</summary>
    private static async Task<Reply[]> Ask(int port, List<Question> questions)
    {
        var replies = new Reply[questions.Count];
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async first =>
        {
            WireClient? client = null;
            try
            {
                for (int i = first; i < questions.Count; i += Connections)
                {
                    client ??= await WireClient.Connect(port);
                    var (reply, stays) = await Ask(client, questions[i]);
                    replies[i] = reply;
                    if (stays) continue;
                    client.Dispose();
                    client = null;
                }
            }
            finally
            {
                client?.Dispose();
            }
        }));
        return replies;
    }

    private static async Task<(Reply Reply, bool Stays)> Ask(WireClient client, Question question)
    {
        try
        {
            var answer = await client.Ask($"{question.Method} {question.Target} HTTP/1.1\r\nHost: {question.Host}\r\n\r\n", question.Method == "HEAD");
            bool isContent = answer.Text.StartsWith("content of ", StringComparison.Ordinal);
            return (new Reply(answer.Status, isContent ? answer.Text : "", answer.Header("Location") ?? ""), !answer.ClosesConnection);
        }
        catch (Exception e) when (e is ConnectionLostException or InvalidDataException)
        {
            return (new Reply(0, "", ""), false);
        }
    }
}

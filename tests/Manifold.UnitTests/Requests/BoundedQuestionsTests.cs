using System.Net;
using Manifold.Httpd.Requests;
using Xunit;

namespace Manifold.UnitTests.Requests;

public sealed class BoundedQuestionsTests
{
    private static readonly TimeSpan s_ever = TimeSpan.FromMinutes(5);

    [Fact]
    public void An_answer_comes_from_another_thread()
    {
        int me = Environment.CurrentManagedThreadId;
        var questions = new BoundedQuestions<string, string>(text => text + (Environment.CurrentManagedThreadId == me ? " here" : " there"), 1, s_ever);
        Assert.Equal("a there", questions.Ask("a"));
        Assert.Equal("b there", questions.Ask("b"));
    }

    [Fact]
    public void Who_does_not_answer_holds_nobody_and_takes_one_place_only()
    {
        using var never = new ManualResetEventSlim();
        int asked = 0;
        var questions = new BoundedQuestions<string, string>(text =>
        {
            Interlocked.Increment(ref asked);
            if (text != "known") never.Wait();
            return text;
        }, 2, TimeSpan.Zero);
        var patient = new BoundedQuestions<string, string>(_ => "yes", 1, s_ever);
        Assert.Null(questions.Ask("slow"));
        Assert.Null(questions.Ask("slow")); // is not asked again
        Assert.Null(questions.Ask("other"));
        Assert.Null(questions.Ask("known")); // no place is left
        Assert.Equal("yes", patient.Ask("known"));
        SpinWait.SpinUntil(() => Volatile.Read(ref asked) == 2);
        never.Set();
        Assert.Equal(2, asked);
    }

    [Fact]
    public void All_who_ask_the_same_get_one_answer()
    {
        using var go = new ManualResetEventSlim();
        int asked = 0;
        var questions = new BoundedQuestions<string, string>(text =>
        {
            Interlocked.Increment(ref asked);
            go.Wait();
            return text;
        }, 1, s_ever);
        var answers = new string?[4];
        var threads = Enumerable.Range(0, answers.Length).Select(i => new Thread(() => answers[i] = questions.Ask("a"))).ToList();
        threads.ForEach(thread => thread.Start());
        SpinWait.SpinUntil(() => threads.TrueForAll(thread => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0));
        go.Set();
        threads.ForEach(thread => thread.Join());
        Assert.All(answers, answer => Assert.Equal("a", answer));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void Names_and_addresses_of_this_machine()
    {
        Assert.True(HostNames.LeadsTo("localhost", IPAddress.Loopback));
        Assert.True(HostNames.LeadsTo("localhost", IPAddress.Loopback.MapToIPv6()));
        Assert.False(HostNames.LeadsTo("localhost", IPAddress.Parse("192.0.2.1")));
        Assert.False(HostNames.LeadsTo("", IPAddress.Loopback));
        Assert.False(HostNames.LeadsTo("caf\u00e9.example", IPAddress.Loopback));
        Assert.False(HostNames.LeadsTo(new string('a', 300), IPAddress.Loopback));
        Assert.Equal(HostNames.Of(IPAddress.Loopback), HostNames.Of(IPAddress.Loopback.MapToIPv6()));
    }
}

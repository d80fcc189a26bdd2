using System.Runtime.Versioning;
using Manifold.Os;
using Manifold.Os.Locks;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Manifold.UnitTests.Os.Locks;

public class ProcessLockTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string> All => [.. Enum.GetNames<LockMechanism>()];

    private static ProcessLockSource Create(string mechanism) =>
        ProcessLockFactory.Create(Enum.Parse<LockMechanism>(mechanism), Path.GetTempPath(), $"manifold-test-{Guid.NewGuid():N}");

    /// <summary>As a child does, with a descriptor of its own.</summary>
    private static IProcessLock Attach(ProcessLockSource source)
    {
        SafeFileHandle? handle = source.Descriptor is null ? null : LockFile.Reopen(source.Descriptor);
        return ProcessLockFactory.Attach(source.Mechanism, handle, source.Id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Two_processes_exclude_each_other(string mechanism)
    {
        using var source = Create(mechanism);
        using var here = Attach(source);
        using var there = new LockHolder(source);
        Assert.Equal("Acquired", there.Ask("enter -1"));
        Assert.Equal(LockOutcome.TimedOut, here.Enter(0).Outcome);
        if (here.CanTimeOut) Assert.Equal(LockOutcome.TimedOut, here.Enter(30).Outcome);
        Assert.Equal("0", there.Ask("exit"));
        Assert.Equal(LockOutcome.Acquired, here.Enter(-1).Outcome);
        Assert.Equal("TimedOut", there.Ask("enter 0"));
        there.Tell("enter -1"); // waits
        Assert.Equal(0, here.Exit());
        Assert.Equal("Acquired", there.ReadLine());
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_holder_that_is_killed_sets_the_lock_free(string mechanism)
    {
        using var source = Create(mechanism);
        using var here = Attach(source);
        using var there = new LockHolder(source);
        Assert.Equal("Acquired", there.Ask("enter -1"));
        bool recovers = source.Mechanism != LockMechanism.PosixSemaphore; // the one that cannot notice
        var waiter = Task.Run(() =>
        {
            var result = here.Enter(recovers ? 20_000 : 200);
            int error = result.Held ? here.Exit() : -1; // on the thread that entered
            return (result.Outcome, error);
        });
        if (recovers) Assert.False(waiter.IsCompleted);
        there.Kill();
        var (outcome, exitError) = await waiter.WaitAsync(s_patience);
        if (!recovers) Assert.Equal(LockOutcome.TimedOut, outcome);
        else
        {
            Assert.Equal(source.Mechanism == LockMechanism.Pthread ? LockOutcome.PreviousHolderDied : LockOutcome.Acquired, outcome);
            Assert.Equal(0, exitError);
            Assert.Equal(LockOutcome.Acquired, here.Enter(0).Outcome); // sound again
            here.Exit();
        }
    }

    [Theory]
    [InlineData("Pthread")]
    [InlineData("PosixSemaphore")]
    [InlineData("SysVSemaphore")]
    [InlineData("Flock")] // each thread has its own open file
    public void Threads_exclude_each_other_where_the_mechanism_tells_them_apart(string mechanism)
    {
        const int Threads = 4, Rounds = 2000;
        using var source = Create(mechanism);
        int inside = 0, count = 0, most = 0;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            using var guard = Attach(source);
            for (int i = 0; i < Rounds; i++)
            {
                if (!guard.Enter().Held) return;
                most = Math.Max(most, ++inside);
                count++; // lost without the lock
                inside--;
                guard.Exit();
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) Assert.True(thread.Join(s_patience));
        Assert.Equal((Threads * Rounds, 1), (count, most));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_lock_file_has_no_name_and_belongs_to_the_run_user()
    {
        string directory = Directory.CreateTempSubdirectory("manifold-lock").FullName;
        uint owner = Privileges.IsRoot ? Accounts.FindUser("nobody")!.Value.Uid : Privileges.EffectiveUser;
        using (var source = ProcessLockFactory.Create(LockMechanism.Flock, directory, "mpm-accept-0.1", owner))
        {
            Assert.Empty(Directory.GetFileSystemEntries(directory));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(source.Descriptor!));
            File.WriteAllText(Path.Combine(directory, "mpm-accept-0.1"), "left over");
            ProcessLockFactory.Create(LockMechanism.Fcntl, directory, "mpm-accept-0.1", owner).Dispose();
        }
        Assert.Empty(Directory.GetFileSystemEntries(directory));
        Directory.Delete(directory);
    }

    [Fact]
    public void A_missing_directory_is_an_error_of_the_system_that_names_the_file()
    {
        var error = Assert.Throws<OsException>(() => ProcessLockFactory.Create(LockMechanism.Fcntl, "/nowhere", "lock"));
        Assert.Equal(Errno.ENOENT, error.Number);
        Assert.Contains("/nowhere/lock", error.Message);
    }

    [Fact]
    public async Task A_removed_semaphore_fails_its_waiters_and_later_users()
    {
        var source = Create("SysVSemaphore");
        using var holder = Attach(source);
        Assert.True(holder.Enter(0).Held);
        var waiter = Task.Run(() => holder.Enter(20_000).Outcome);
        source.Dispose();
        Assert.Equal(LockOutcome.Failed, await waiter.WaitAsync(s_patience));
        Assert.NotEqual(0, holder.Exit());
        Assert.Throws<OsException>(() => Attach(source));
    }

    [Fact]
    public void A_semaphore_can_be_given_to_the_run_user()
    {
        uint owner = Privileges.IsRoot ? Accounts.FindUser("nobody")!.Value.Uid : Privileges.EffectiveUser;
        using var source = ProcessLockFactory.Create(LockMechanism.SysVSemaphore, "/tmp", "x", owner, 65534);
        string[] row = File.ReadLines("/proc/sysvipc/sem").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(words => words[1] == source.Id.ToString());
        Assert.Equal(("600", owner.ToString(), "65534"), (row[2], row[4], row[5]));
    }

    [Fact]
    public void A_mutex_is_left_by_the_thread_that_entered()
    {
        using var source = Create("Pthread");
        using var guard = Attach(source);
        Assert.True(guard.Enter().Held);
        int error = 0;
        var other = new Thread(() => error = guard.Exit());
        other.Start();
        Assert.True(other.Join(s_patience));
        Assert.Equal(Errno.EPERM, error);
        Assert.Equal(0, guard.Exit());
    }

    [Fact]
    public void Memory_of_another_mechanism_is_refused()
    {
        using var source = Create("Pthread");
        Assert.Throws<OsException>(() => PosixSemaphoreLock.Attach(LockFile.Reopen(source.Descriptor!)));
    }

    [Theory]
    [InlineData("default", "Pthread")]
    [InlineData("Pthread", "Pthread")]
    [InlineData("sem", "PosixSemaphore")]
    [InlineData("posixsem", "PosixSemaphore")]
    [InlineData("sysvsem", "SysVSemaphore")]
    [InlineData("file", "Fcntl")]
    [InlineData("fcntl", "Fcntl")]
    [InlineData("flock", "Flock")]
    public void Names_of_the_configuration(string name, string mechanism) =>
        Assert.Equal(mechanism, ProcessLockFactory.Parse(name).ToString());

    [Theory]
    [InlineData("uslock")]
    [InlineData("none")]
    public void Other_names_are_refused(string name) => Assert.Throws<ArgumentException>(() => ProcessLockFactory.Parse(name));
}

using System.Diagnostics;
using System.Globalization;

// What a test under Linux cannot do in a Windows session itself. Exit code 0 = done; 1 = not done, standard error says why.
try
{
    switch (args)
    {
        case ["set", var name]: // a named event, as other programs would that stop or restart a server
            using (var named = EventWaitHandle.OpenExisting(name)) named.Set();
            return 0;
        case ["list", var program]: // process ids, one on a line
            foreach (var process in Process.GetProcessesByName(program)) Console.WriteLine(process.Id);
            return 0;
        case ["end", var pid]: // TerminateProcess
            using (var process = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture))) process.Kill();
            return 0;
        case ["stay"]: // keeps the session, until it is ended with it
            Thread.Sleep(TimeSpan.FromMinutes(15));
            return 0;
        default:
            Console.Error.WriteLine("probe: set EVENT | list PROGRAM | end PID | stay");
            return 1;
    }
}
catch (Exception e) when (e is WaitHandleCannotBeOpenedException or ArgumentException or InvalidOperationException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

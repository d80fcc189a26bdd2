using Manifold.Hosting;
using Manifold.Httpd.Control;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules;
using Manifold.Os;
using Manifold.Shared;

// Every process of the server starts here: a child that its master has started, a command such as -k stop or -t, or a master.
if (ServerRunner.RunIfChild(new HttpdProgram(new ConfigurationInputs(), skipPathChecks: true)) is { } childExit) return childExit;

StandardStreams.Use();
var options = CommandLine.Parse(Array.ConvertAll(args, ByteText.FromText));
if (options.IsForMaster || ((ServerRunner.IsAwaited || ServerRunner.TakesOver) && !options.PrintsOnly)) ServerRunner.HoldSignals();
if (options.Inetd) ServerCommand.PrepareInetd(options);
if (Dumps.Run(options, BuiltInModules.Create(), Console.Out, Console.Error) is not { } status) status = ServerCommand.Run(options);
if (status != 0 || !options.PrintsOnly || !StandardStreams.OutputLost) return status;
Console.Error.WriteLine($"{options.Inputs.Program}: standard output: {Errno.Text(StandardStreams.OutputError)}");
return (int)ExitCode.Failure;

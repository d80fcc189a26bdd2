using Manifold.Hosting;
using Manifold.Httpd;
using Manifold.Httpd.Configuration;
using Manifold.Httpd.Control;

// Every process of the server starts here: a child that its master has started, a command such as -k stop or -t, or a master.
if (ServerRunner.RunIfChild(new HttpdProgram(new ConfigurationInputs(), skipPathChecks: true)) is { } childExit) return childExit;

var options = CommandLine.Parse(args);
if (options.Inetd) ServerCommand.PrepareInetd(options);
if (Dumps.Run(options, ModuleRegistry.Create(), Console.Out, Console.Error) is { } status) return status;
return ServerCommand.Run(options);

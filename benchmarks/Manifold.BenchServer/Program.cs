using Manifold.BenchServer;
using Manifold.Contracts;
using Manifold.Hosting;
using Manifold.Httpd.Control;
using Manifold.Httpd.Language;
using Manifold.Shared;

// manifold -d directory -f file -DFOREGROUND, with handlers more. Every process of the server starts here.
if (ServerRunner.RunIfChild(new BenchProgram(new ConfigurationInputs())) is { } childExit) return childExit;

var program = new BenchProgram(CommandLine.Parse(args).Inputs);
try
{
    return ServerRunner.RunMaster(program, program.Load(), new ErrorLog(), () => { });
}
catch (RefusedException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

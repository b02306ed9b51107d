using BenchmarkDotNet.Running;
using VmmEngine.Bench;
using VmmEngine.Bench.Generator;

// generator [--json]                    an incremental generator run after a row was edited
// ratios [NAME...] [--quick] [--json]   the speed table, as `vmm bench` prints it
// anything else                         BenchmarkDotNet's own arguments, such as --filter '*'
switch (args)
{
    case ["generator", .. string[] rest]:
        return GeneratorCommand.Run(rest);

    case ["ratios", .. string[] rest]:
        return RatiosCommand.Run(rest);

    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}

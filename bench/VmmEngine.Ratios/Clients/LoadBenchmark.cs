using VmmEngine.Ratios.Measurement;

namespace VmmEngine.Ratios.Clients;

/// <summary>Loading the library and opening a device in a process that has done neither.</summary>
internal sealed class LoadBenchmark(string name, string description, double boundNs) : ClientBenchmark(name, description, target: 1)
{
    private const int LoadsAtMost = 41;

    private protected override RatioResult Measure(NativeInstallation installation, RatioOptions options)
    {
        string program = installation.CompileClient(throughShim: true); // not linked with the library
        List<double> times = [];
        for (int load = 0; load < Math.Min(options.Rounds, LoadsAtMost); load++)
        {
            times.Add(ClientProcess.Load(program, installation));
        }

        return Against(Samples.Median(times), boundNs, "time, not processor time");
    }
}

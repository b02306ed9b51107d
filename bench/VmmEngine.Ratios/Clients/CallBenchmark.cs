using VmmEngine.Ratios.Measurement;

namespace VmmEngine.Ratios.Clients;

/// <summary>A call from C, against another one that the same program makes in the same round, or against a bound.</summary>
/// <param name="name">For the command line and the results.</param>
/// <param name="description">For people.</param>
/// <param name="target">The ratio is to be this at most.</param>
/// <param name="work">The call: a work of the client's.</param>
/// <param name="throughShim">Through the preload shim; else linked.</param>
internal sealed class CallBenchmark(string name, string description, double target, string work, bool throughShim) : ClientBenchmark(name, description, target)
{
    private const int Batch = 4_000;
    private const int WarmUps = 20;

    /// <summary>Nanoseconds that the call is to take at most; null: it is compared with a real ioctl system call.</summary>
    public double? BoundNs { get; init; }

    private protected override RatioResult Measure(NativeInstallation installation, RatioOptions options)
    {
        using ClientProcess client = ClientProcess.Start(installation, throughShim, backend: "software");
        for (int round = 0; round < WarmUps; round++)
        {
            client.Time(work, Batch);
        }

        List<double> ours = [];
        List<double> baseline = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            if (round % 2 == 0)
            {
                ours.Add(client.Time(work, Batch));
                baseline.Add(client.Time("system", Batch));
            }
            else
            {
                baseline.Add(client.Time("system", Batch));
                ours.Add(client.Time(work, Batch));
            }
        }

        return BoundNs is { } bound
            ? Against(Samples.Median(ours), bound, $"a real ioctl took {Samples.Median(baseline):F0} ns in the same run")
            : Compare(ours, baseline, "the baseline is a real ioctl in the same program");
    }
}

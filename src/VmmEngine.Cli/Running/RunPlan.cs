using System.Globalization;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Machines;

namespace VmmEngine.Cli.Running;

/// <summary>A checked command line.</summary>
/// <param name="Guest">What to start.</param>
/// <param name="Options">The machine.</param>
/// <param name="SerialFile">Where the serial line goes; null: standard output.</param>
/// <param name="Limits">When to stop.</param>
/// <param name="SaveFile">Where the machine is saved when it is stopped before its guest ends; null: nowhere.</param>
internal sealed record RunPlan(GuestImage Guest, MachineOptions Options, string? SerialFile, RunLimits Limits, string? SaveFile)
{
    private const ulong DefaultMemory = 64UL << 20;
    private const int MaxTimeoutSeconds = 4_000_000; // what a timer of the runtime can hold

    /// <summary>Checks the command line and reads the files.</summary>
    /// <exception cref="UserErrorException">Something on it cannot be.</exception>
    public static RunPlan Of(RunRequest request)
    {
        GuestImage guest = GuestImage.Of(request);
        MachineOptions options = guest.SavedOptions is { } saved ? saved with { RecordsExits = true } : new()
        {
            MemoryBytes = request.Memory is null ? DefaultMemory : ByteSize.Parse("--memory", request.Memory),
            Vcpus = request.Cpus is null ? guest.DefaultVcpus : (int)WholeNumber.Parse("--cpus", request.Cpus, 1, 64),
            Backend = Backend(request.Backend),
            RecordsExits = true,
            StartSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        };
        RunLimits limits = new(
            request.Timeout is null ? null : Seconds(request.Timeout),
            request.MaxExits is null ? null : WholeNumber.Parse("--max-exits", request.MaxExits, 1, long.MaxValue));
        CheckSaveFile(request.Save);
        return new RunPlan(guest, options, request.Serial is null or "stdio" ? null : request.Serial, limits, request.Save);
    }

    private static BackendChoice Backend(string? name) => name switch
    {
        null => BackendChoice.Best,
        "kvm" => BackendChoice.Kvm,
        "software" => BackendChoice.Software,
        _ => throw new UserErrorException($"'{name}' is no back end.{Nearest.Suggest(name, ["kvm", "software"])} There are kvm and software."),
    };

    private static TimeSpan Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds > 0 && seconds <= MaxTimeoutSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new UserErrorException($"--timeout takes seconds above 0 and up to {MaxTimeoutSeconds}, such as 2.5, and '{text}' is none.");

    // Before the guest runs, perhaps for hours, and is lost. The snapshot is written under this name first.
    private static void CheckSaveFile(string? file)
    {
        try
        {
            if (file is not null && (file.Length == 0 || Directory.Exists(file)))
            {
                throw new ArgumentException(null, nameof(file));
            }

            using FileStream? probe = file is null ? null : File.Create($"{file}.partial", bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (FileProblem.IsOne(error))
        {
            throw new UserErrorException($"--save: '{file}' cannot be written: {FileProblem.Describe(file!, error)}");
        }
    }
}

using System.Text;
using Xunit;

namespace VmmEngine.Machines.Tests;

/// <summary>Real firmware: Debian's SeaBIOS comes to its last word on both back ends, read on the debug port.</summary>
public sealed class FirmwareTests
{
    private const string LastWord = "No bootable device.";

    [OnFirmware(BackendChoice.Software)]
    public void SeaBiosComesToItsEndOnTheSoftwareVcpu() => ComesToItsEnd(BackendChoice.Software);

    [OnFirmware(BackendChoice.Kvm)]
    public void SeaBiosComesToItsEndOnKvm() => ComesToItsEnd(BackendChoice.Kvm);

    [OnFirmware(BackendChoice.Software)]
    public void SeaBiosStartsTheSecondSoftwareVcpu() => StartsTheSecondVcpu(BackendChoice.Software);

    [OnFirmware(BackendChoice.Kvm)]
    public void SeaBiosStartsTheSecondVcpuOnKvm() => StartsTheSecondVcpu(BackendChoice.Kvm);

    private static void StartsTheSecondVcpu(BackendChoice backend) =>
        Assert.Contains("Found 2 cpu(s)", ComesToItsEnd(backend, vcpus: 2), StringComparison.Ordinal);

    private static string ComesToItsEnd(BackendChoice backend, int vcpus = 1)
    {
        using Machine machine = new(new MachineOptions { Backend = backend, Vcpus = vcpus });
        machine.LoadBios(File.ReadAllBytes(OnFirmwareAttribute.Image));
        using WatchedStream log = new(LastWord);
        machine.AttachDebugPort(log);
        using CancellationTokenRegistration stop = log.Seen.Register(machine.Stop);
        MachineResult result = machine.Run(new RunLimits(TimeSpan.FromMinutes(3)));

        Assert.True(log.Seen.IsCancellationRequested, $"{result.Detail}; the log ends with: {log.Tail}");
        return Encoding.ASCII.GetString(log.ToArray());
    }

    /// <summary>Keeps what is written, and notices a text in it.</summary>
    private sealed class WatchedStream(string text) : MemoryStream
    {
        private readonly CancellationTokenSource _seen = new();

        public CancellationToken Seen => _seen.Token;

        public string Tail => Encoding.ASCII.GetString(ToArray())[^(int)Math.Min(Length, 300)..];

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer);
            if (Encoding.ASCII.GetString(GetBuffer().AsSpan(0, (int)Length)).Contains(text, StringComparison.Ordinal))
            {
                _seen.Cancel();
            }
        }

        protected override void Dispose(bool disposing)
        {
            _seen.Dispose();
            base.Dispose(disposing);
        }
    }
}

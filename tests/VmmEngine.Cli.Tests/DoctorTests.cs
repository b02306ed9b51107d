using System.Text.Json;
using VmmEngine.Cli.Doctor;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary><c>vmm doctor</c> on machines that lack things.</summary>
public sealed class DoctorTests
{
    private const string Nowhere = "/nonexistent";

    [Fact]
    public void WithoutKvmItSaysWhatToDoAndSucceeds()
    {
        HostMachine machine = HostMachine.Local with { KvmDevice = Nowhere };

        Invocation run = Invocation.On(machine, "doctor");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("does not exist", run.Output, StringComparison.Ordinal);
        Assert.Contains("modprobe", run.Output, StringComparison.Ordinal);
        Assert.Contains("KVM cannot be used here.", run.Output, StringComparison.Ordinal);
        Assert.False(Invocation.On(machine, "doctor", "--json").Json.GetProperty("kvm_usable").GetBoolean());
    }

    [Fact]
    public void AFileInKvmsPlaceIsAProblem()
    {
        string file = Path.GetTempFileName();
        try
        {
            JsonElement finding = Find(Invocation.On(HostMachine.Local with { KvmDevice = file }, "doctor", "--json").Json, file);

            Assert.Equal("problem", finding.GetProperty("state").GetString());
            Assert.NotEmpty(finding.GetProperty("advice").GetString()!);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void ADeviceThatCannotBeOpenedIsAProblem()
    {
        string directory = Path.GetTempPath();

        JsonElement finding = Find(Invocation.On(HostMachine.Local with { KvmDevice = directory }, "doctor", "--json").Json, directory);

        Assert.Equal("problem", finding.GetProperty("state").GetString());
        Assert.Contains("errno 21", finding.GetProperty("value").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void NothingMissingMakesItFail()
    {
        HostMachine bare = new(Nowhere, Nowhere, Nowhere, SearchPath: "");

        JsonElement report = Invocation.On(bare, "doctor", "--json").Json;

        Assert.Equal("without", Find(report, "C compiler").GetProperty("state").GetString());
        Assert.Equal("without", Find(report, "transparent huge pages").GetProperty("state").GetString());
        Assert.Equal("unknown", Find(report, "total").GetProperty("value").GetString());
    }

    [Fact]
    public void EveryFindingHasEveryMember()
    {
        JsonElement report = Invocation.Of("doctor", "--json").Json;

        Assert.All(report.GetProperty("findings").EnumerateArray(), finding =>
        {
            Assert.NotEmpty(finding.GetProperty("area").GetString()!);
            Assert.NotEmpty(finding.GetProperty("name").GetString()!);
            Assert.NotEmpty(finding.GetProperty("value").GetString()!);
            Assert.Contains(finding.GetProperty("state").GetString(), new[] { "fact", "good", "without", "problem" });
            Assert.True(finding.TryGetProperty("advice", out _));
        });
        Assert.NotEmpty(Find(report, "cores").GetProperty("value").GetString()!);
        Assert.Contains(".NET", Find(report, "version").GetProperty("value").GetString(), StringComparison.Ordinal);
    }

    private static JsonElement Find(JsonElement report, string name) =>
        report.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("name").GetString() == name);
}

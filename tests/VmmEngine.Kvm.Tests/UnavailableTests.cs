using VmmEngine.Backends;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>What is said where there is no KVM: one line with what is the matter and what to do.</summary>
public class UnavailableTests
{
    [Fact]
    public void AMissingDeviceIsNamedWithItsRemedies()
    {
        string? problem = Problem("/nonexistent/kvm");

        Assert.StartsWith("/nonexistent/kvm does not exist: load the module", problem);
        Assert.DoesNotContain("\n", problem);
    }

    [Fact]
    public void AnotherDeviceIsNoKvm() => Assert.StartsWith("/dev/null opens, but is no KVM", Problem("/dev/null"));

    [Fact]
    public void AnythingElseComesWithTheSystemsWordsAndNumber() => Assert.Contains("cannot be opened: Is a directory (errno 21)", Problem("/tmp"));

    [Fact]
    public void CreatingABackendSaysTheSame()
    {
        BackendUnavailableException refused = Assert.Throws<BackendUnavailableException>(() =>
            new KvmBackendFactory(new KvmOptions { Device = "/nonexistent/kvm" }).Create(default));
        Assert.Equal(Problem("/nonexistent/kvm"), refused.Message);
    }

    [Theory]
    [InlineData(0x0000_0011_0000_0001, "it cannot emulate an instruction (KVM_EXIT_INTERNAL_ERROR, suberror 1)")]
    [InlineData(0x0000_0009_8000_0021, "hardware reason 0x80000021")]
    [InlineData(-4294967282, "KVM_RUN failed: Bad address (errno 14)")]
    [InlineData(0x0000_0063_0000_0000, "exit reason 99")]
    public void AFailureIsDescribed(long detail, string expected) => Assert.Contains(expected, KvmFailure.Describe((ulong)detail));

    private static string? Problem(string device) => new KvmBackendFactory(new KvmOptions { Device = device }).Unavailable();
}

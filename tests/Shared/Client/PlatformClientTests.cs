using VmmEngine.Backends;
using VmmEngine.Guests.Platform;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>A guest that uses every device of the platform gets the same answers on each back end, except for what is known of KVM's kernel.</summary>
public abstract class PlatformClientTests
{
    protected abstract BackendFactory Factory { get; }

    /// <summary>True where the interrupt controllers and the interval timer are the kernel's.</summary>
    protected abstract bool IsKvm { get; }

    [BackendFact]
    public void EveryDeviceAnswersAsItShould()
    {
        using PlatformClient client = new(Factory);
        ulong[] log = client.Run();

        List<string> wrong = [];
        for (int i = 0; i < log.Length; i++)
        {
            PlatformAnswer answer = PlatformGuest.Answers[i];
            if (!answer.Accepts(IsKvm, log[i]))
            {
                wrong.Add($"{answer}: 0x{answer.Expected:X} expected, 0x{log[i]:X} answered");
            }
        }

        if (log.Length < PlatformGuest.Answers.Count)
        {
            wrong.Add($"{PlatformGuest.Answers[log.Length]}: never came to an end (exception at 0x{client.LostAt:X})");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.Equal("P", client.Console.ToString());
    }
}

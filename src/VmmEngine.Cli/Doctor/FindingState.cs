using System.Text.Json.Serialization;

namespace VmmEngine.Cli.Doctor;

/// <summary>What a finding means to the engine.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingState>))]
internal enum FindingState
{
    /// <summary>A fact, neither good nor bad.</summary>
    [JsonStringEnumMemberName("fact")]
    Fact,

    /// <summary>There, and the engine uses it.</summary>
    [JsonStringEnumMemberName("good")]
    Good,

    /// <summary>Not there; the engine does without, slower or with less.</summary>
    [JsonStringEnumMemberName("without")]
    Without,

    /// <summary>There, and not allowed or broken: something to put right.</summary>
    [JsonStringEnumMemberName("problem")]
    Problem,
}
